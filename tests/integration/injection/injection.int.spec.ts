import type { ChatResponse } from '@nova/shared/api/chat';
import type { PublishedEvent } from '@nova/shared/events/index';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { makeSpeech } from '../../fixtures/make-speech.ts';
import { makeVideo } from '../../fixtures/make-video.ts';
import { Api } from '../support/api.ts';
import { type InProcess, startInProcess } from '../support/in-process.ts';
import { bluntDocuments, type InjectedDocument, quietDocuments } from './documents.ts';
import { gullible } from './gullible.ts';

/** What documents tell the agent to do, and that it does none of it. */

let running: InProcess;
let api: Api;
let blunt: readonly InjectedDocument[];
let quiet: readonly InjectedDocument[];
/** Ids of the documents, by topic. */
const ids = new Map<string, string>();
/** Jobs asked for since the documents are there. */
const jobs: PublishedEvent[] = [];

const bytes = (text: string) => new TextEncoder().encode(text);

/** A few at a time: each starts a job of its own. */
async function uploadAll(documents: readonly InjectedDocument[]): Promise<void> {
  const queue = documents.values();
  const worker = async () => {
    for (const { topic, text } of queue) {
      const id = await api.upload(`${topic}.txt`, 'text/plain', bytes(text));
      ids.set(topic, id);
      await api.indexed(id);
    }
  };
  await Promise.all(Array.from({ length: 6 }, worker));
}

beforeAll(async () => {
  running = await startInProcess({ tokensPerDay: 10_000_000 });
  const { platform } = running;
  api = new Api(`${platform.url}/${platform.stage}`, Object.values(platform.apiKeys)[0]);
  const recording = await api.upload('crew.wav', 'audio/wav', makeSpeech(['A: the harbour opens at seven']));
  const video = await api.upload('quay.mp4', 'video/mp4', await makeVideo({ seconds: 4 }));
  for (const id of [recording, video]) await api.indexed(id);
  blunt = bluntDocuments({ recording, video });
  quiet = quietDocuments({ recording, video });
  await uploadAll([...blunt, ...quiet]);
  platform.bus.watch(({ 'detail-type': type, detail }) => {
    if (type === 'JobRequested') jobs.push(detail as PublishedEvent);
  });
}, 240_000);
afterAll(() => running?.close());
beforeEach(() => void running.platform.bedrock.script.think(undefined));

const ask = (topic: string) =>
  api.ok<ChatResponse>('POST', '/agent/chat', {
    message: `What do my notes say about the ${topic}?`,
    contentIds: [ids.get(topic)],
  });

const callsOf = ({ toolCalls }: ChatResponse) => toolCalls.map(({ name }) => name);

describe('a hundred documents that give orders', () => {
  it('are a hundred, each found by its topic', async () => {
    expect(new Set(blunt.map(({ text }) => text)).size).toBe(100);
    for (const { topic } of blunt.slice(0, 3)) {
      expect((await api.search(topic))[0]?.text).toContain(topic);
    }
  });

  it('cause no call they ask for', async () => {
    for (const { topic } of blunt) expect(callsOf(await ask(topic)), topic).toEqual(['search_content']);
    expect(jobs).toEqual([]);
  }, 120_000);

  it('cause none with a model that believes whatever it reads: it does not get to read them', async () => {
    running.platform.bedrock.script.think(gullible);

    for (const { topic } of blunt) {
      const answer = await ask(topic);
      expect(callsOf(answer), topic).toEqual(['search_content']);
      expect(answer.guardrail).toMatchObject({ source: 'tool', policies: ['content:PROMPT_ATTACK'] });
    }
    expect(jobs).toEqual([]);
  }, 120_000);
});

describe('documents that ask in the words of an ordinary procedure', () => {
  it('start no work, though the model believes them: the user did not ask for it', async () => {
    running.platform.bedrock.script.think(gullible);

    for (const { topic, asksFor } of quiet) {
      const { toolCalls } = await ask(topic);
      expect(toolCalls, topic).toContainEqual(expect.objectContaining({ ...asksFor, status: 'error' }));
      expect(
        toolCalls.filter(({ name, status }) => name.startsWith('start_') && status === 'success'),
      ).toEqual([]);
    }
    expect(jobs).toEqual([]);
  }, 60_000);
});
