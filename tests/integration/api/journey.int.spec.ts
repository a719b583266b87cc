import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ChatResponse } from '@nova/shared/api/chat';
import type { JobAccepted } from '@nova/shared/api/jobs';
import type { Session } from '@nova/shared/api/sessions';
import type { Usage } from '@nova/shared/api/usage';
import { beforeAll, describe, expect, it } from 'vitest';
import { makeSpeech } from '../../fixtures/make-speech.ts';
import { makeVideo } from '../../fixtures/make-video.ts';
import { serverSentEvents } from '../testing/api.ts';
import { eventually } from '../testing/eventually.ts';
import { sharedPlatform } from '../testing/platform.ts';

/** What the README promises, on the running platform. */

const platform = sharedPlatform();

const text = (value: string) => new TextEncoder().encode(value);

describe('a document', () => {
  const story =
    'The lighthouse at Cape Aurora was automated in 1987, when keeper Ines Duarte left the island.';
  let contentId: string;

  beforeAll(async () => {
    contentId = await platform.api.upload('lighthouse.txt', 'text/plain', text(story));
    await platform.api.upload(
      'bread.md',
      'text/markdown',
      text('# Bread\n\nKnead the dough and let it rise overnight.'),
    );
    await platform.api.indexed(contentId);
  });

  it('is found by its content', async () => {
    const [best] = await platform.api.search('when was the lighthouse automated');

    expect(best).toMatchObject({ contentId, kind: 'document', start: null, end: null });
    expect(best?.text).toContain('1987');
  });

  it('is downloaded as it was uploaded', async () => {
    const { download } = await platform.api.content(contentId);

    expect(await (await fetch(download?.url ?? '')).text()).toBe(story);
  });

  it('is the agent’s source, with a citation', async () => {
    const message = 'Search my documents: when was the lighthouse at Cape Aurora automated?';
    const answer = await platform.api.ok<ChatResponse>('POST', '/agent/chat', { message });

    expect(answer.toolCalls).toContainEqual(
      expect.objectContaining({ name: 'search_content', status: 'success' }),
    );
    expect(answer.citations).toContainEqual(expect.objectContaining({ contentId }));
    expect(answer.reply).toContain('1987');
  });

  it('is the agent’s source in a streamed answer', async () => {
    const response = await platform.api.call('POST', '/agent/chat', {
      body: { message: 'Search my documents: who was the keeper of the lighthouse at Cape Aurora?' },
      headers: { accept: 'text/event-stream' },
    });
    const events = serverSentEvents(response.text);
    const names = events.map(({ event }) => event);

    expect(response.headers.get('content-type')).toContain('text/event-stream');
    expect(names[0]).toBe('session');
    expect(names.at(-1)).toBe('done');
    expect(names).toEqual(expect.arrayContaining(['tool_call', 'tool_result', 'text', 'usage']));
    expect(names.indexOf('tool_call')).toBeLessThan(names.indexOf('tool_result'));
    const pieces = events
      .filter(({ event }) => event === 'text')
      .map(({ data }) => (data as { text: string }).text);
    expect(pieces.join('')).toContain('Ines Duarte');
    expect(events.at(-1)?.data).toMatchObject({ citations: [expect.objectContaining({ contentId })] });
  });

  it('is not found with another key', async () => {
    expect(await platform.guest.search('when was the lighthouse automated')).toEqual([]);
    expect((await platform.guest.call('GET', `/content/${contentId}`)).status).toBe(404);
    expect((await platform.guest.call('DELETE', `/content/${contentId}`)).status).toBe(404);
    expect((await platform.guest.ok<{ items: unknown[] }>('GET', '/content')).items).toEqual([]);
  });

  it('is gone once deleted: from the catalogue, from search and from the bucket', async () => {
    const doomed = await platform.api.upload(
      'doomed.txt',
      'text/plain',
      text('Quokkas smile at passing photographers.'),
    );
    const { download } = await platform.api.indexed(doomed);
    expect((await platform.api.search('quokkas smile'))[0]?.contentId).toBe(doomed);

    expect((await platform.api.call('DELETE', `/content/${doomed}`)).status).toBe(204);

    expect((await platform.api.call('GET', `/content/${doomed}`)).status).toBe(404);
    await eventually('search forgets it', async () =>
      (await platform.api.search('quokkas smile')).every((hit) => hit.contentId !== doomed),
    );
    await eventually('the file is gone', async () => (await fetch(download?.url ?? '')).status === 404);
  });
});

describe('a conversation', () => {
  it('is remembered, listed, and forgotten on request', async () => {
    const first = await platform.api.ok<ChatResponse>('POST', '/agent/chat', { message: 'My name is Ada.' });
    const second = await platform.api.ok<ChatResponse>('POST', '/agent/chat', {
      sessionId: first.sessionId,
      message: 'What is my name?',
    });
    expect(second.reply).toContain('Ada');

    const history = await platform.api.ok<Session>('GET', `/sessions/${first.sessionId}`);
    expect(history.turns.map(({ message }) => message)).toEqual(['My name is Ada.', 'What is my name?']);
    expect((await platform.guest.call('GET', `/sessions/${first.sessionId}`)).status).toBe(404);

    expect((await platform.api.call('DELETE', `/sessions/${first.sessionId}`)).status).toBe(204);
    expect((await platform.api.call('GET', `/sessions/${first.sessionId}`)).status).toBe(404);
    const body = { sessionId: first.sessionId, message: 'Still there?' };
    expect((await platform.api.call('POST', '/agent/chat', { body })).status).toBe(404);
  });

  it('is remembered by its summary when it is long', async () => {
    const say = (message: string, sessionId?: string) =>
      platform.api.ok<ChatResponse>('POST', '/agent/chat', { message, ...(sessionId ? { sessionId } : {}) });
    const { sessionId } = await say('My name is Grace.');
    for (let turn = 2; turn < 40; turn++) await say(`Thanks for answer ${turn}!`, sessionId);

    expect((await say('What is my name?', sessionId)).reply).toContain('Grace');
  });

  it('is charged', async () => {
    const usage = await platform.api.ok<Usage>('GET', '/usage');

    expect(usage.days[0]?.sources.map(({ source }) => source)).toContain('chat');
    expect(usage.budget.used).toBeGreaterThan(0);
    expect(usage.budget.left).toBe(usage.budget.tokensPerDay - usage.budget.used);
  });
});

describe('a recording', () => {
  it('becomes a transcript with speakers and times, found to the second', async () => {
    const lines = [
      'A: the harbour opens at seven',
      'B: then we sail before the storm',
      'A: bring the red lantern',
    ];
    const contentId = await platform.api.upload('crew.wav', 'audio/wav', makeSpeech(lines));

    const job = await platform.api.ended(
      await platform.api.ok<JobAccepted>('POST', '/audio/transcribe', { contentId }),
    );
    expect(job).toMatchObject({ status: 'done', kind: 'transcription', progress: { percent: 100 } });

    const { transcript } = await platform.api.withResult(contentId, 'transcript');
    expect(transcript?.segments.map((segment) => segment.text)).toEqual(lines.map((line) => line.slice(3)));
    const [first, second, third] = transcript?.segments.map((segment) => segment.speaker) ?? [];
    expect(first).toBe(third);
    expect(first).not.toBe(second);
    for (const segment of transcript?.segments ?? []) expect(segment.end).toBeGreaterThan(segment.start);

    const storm = transcript?.segments[1];
    await eventually('search finds the second', async () => {
      const hit = (await platform.api.search('sail before the storm')).find(
        (found) => found.contentId === contentId,
      );
      return hit && hit.start !== null && hit.end !== null && hit.start <= (storm?.start ?? 0) && hit;
    });
  });
});

describe('a video', () => {
  it('becomes a timeline with answers to the questions', async () => {
    const contentId = await platform.api.upload('gate.mp4', 'video/mp4', await makeVideo({ seconds: 12 }));
    const accepted = await platform.api.ok<JobAccepted>('POST', '/video/analyze', {
      contentId,
      questions: ['How many people pass?'],
    });
    const job = await platform.api.ended(accepted);
    expect(job).toMatchObject({ status: 'done', kind: 'analysis' });

    const { analysis } = await platform.api.withResult(
      contentId,
      'analysis',
      ({ answers }) => answers.length > 0,
    );
    expect(analysis?.durationSeconds).toBeCloseTo(12, 0);
    expect(analysis?.scenes.length).toBeGreaterThan(0);
    expect(analysis?.scenes.at(-1)?.end).toBeLessThanOrEqual(12.5);
    expect(analysis?.answers).toMatchObject([{ question: 'How many people pass?' }]);
  });
});

describe('the API', () => {
  it('is traced: the calls to AWS services lie below the handler, and the handler below its function', async () => {
    interface Segment {
      readonly id: string;
      readonly name: string;
      readonly parent_id?: string;
      readonly trace_id: string;
    }
    await platform.api.ok('GET', '/usage');

    const pathsOf = (segments: readonly Segment[]) => {
      const known = new Map(segments.map((segment) => [`${segment.trace_id}/${segment.id}`, segment]));
      const path = ({ name, parent_id, trace_id }: Segment): string[] => {
        const parent = known.get(`${trace_id}/${parent_id}`);
        return [...(parent ? path(parent) : []), name];
      };
      return segments.map((segment) => path(segment).join(' > '));
    };
    await eventually('the segments are written', async () => {
      const lines = await readFile(join(platform.data, 'logs', 'traces.jsonl'), 'utf8');
      const segments = lines
        .split('\n')
        .slice(0, -1)
        .map((line): Segment => JSON.parse(line));
      return pathsOf(segments).includes('nova-dev-content-handler > ## index.handler > DynamoDB');
    });
  });

  it('lists the catalogue in pages, newest first', async () => {
    const { items, nextCursor } = await platform.api.ok<{
      items: { createdAt: string }[];
      nextCursor: string;
    }>('GET', '/content?limit=2');
    const rest = await platform.api.ok<{ items: { createdAt: string }[] }>(
      'GET',
      `/content?cursor=${nextCursor}`,
    );
    const dates = [...items, ...rest.items].map(({ createdAt }) => createdAt);

    expect(items).toHaveLength(2);
    expect(rest.items.length).toBeGreaterThan(0);
    expect(dates).toEqual([...dates].sort().reverse());
  });

  it('describes itself', async () => {
    const document = await platform.api.ok<{ openapi: string }>('GET', '/openapi.json');

    expect(document.openapi).toBe('3.1.0');
  });
});
