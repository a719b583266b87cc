import type { ChatResponse, ChatStreamEvents } from '@nova/shared/api/chat';
import { beforeAll, describe, expect, it } from 'vitest';
import { makeSpeech } from '../../fixtures/make-speech.ts';
import { makeVideo } from '../../fixtures/make-video.ts';
import { serverSentEvents } from '../testing/api.ts';
import { eventually } from '../testing/eventually.ts';
import { sharedPlatform } from '../testing/platform.ts';

/** A conversation over server-sent events that uses every capability, on the running platform. */

const platform = sharedPlatform();

interface Answer {
  readonly names: readonly string[];
  readonly text: string;
  readonly calls: readonly ChatStreamEvents['tool_call'][];
  readonly results: readonly ChatStreamEvents['tool_result'][];
  readonly done: Omit<ChatResponse, 'reply'>;
}

let sessionId: string | undefined;

/** Says something in the conversation. */
async function say(message: string): Promise<Answer> {
  const response = await platform.api.call('POST', '/agent/chat', {
    body: { message, ...(sessionId ? { sessionId } : {}) },
    headers: { accept: 'text/event-stream' },
  });
  expect(response.status).toBe(200);
  const events = serverSentEvents(response.text);
  const dataOf = <K extends keyof ChatStreamEvents>(name: K) =>
    events.filter(({ event }) => event === name).map(({ data }) => data as ChatStreamEvents[K]);
  const [done] = dataOf('done');
  if (!done) throw new Error(`The answer did not end: ${response.text}`);
  sessionId = done.sessionId;
  return {
    names: events.map(({ event }) => event),
    text: dataOf('text')
      .map(({ text }) => text)
      .join(''),
    calls: dataOf('tool_call'),
    results: dataOf('tool_result'),
    done,
  };
}

const bytes = (text: string) => new TextEncoder().encode(text);

describe('a conversation', () => {
  let [recording, video, notes] = ['', '', ''];

  beforeAll(async () => {
    const lines = [
      'A: the harbour opens at seven',
      'B: we sail before the storm',
      'A: bring the red lantern',
    ];
    const scenes = [
      { start: 0, end: 4, description: 'an empty quay' },
      { start: 4, end: 9, description: 'a red boat leaves the quay' },
    ];
    recording = await platform.api.upload('crew.wav', 'audio/wav', makeSpeech(lines));
    video = await platform.api.upload('quay.mp4', 'video/mp4', await makeVideo({ seconds: 9, scenes }));
    notes = await platform.api.upload('notes.txt', 'text/plain', bytes('The storm signal is a black cone.'));
    for (const id of [recording, video, notes]) await platform.api.indexed(id);
  });

  it('searches, and cites the second of a recording', async () => {
    const answer = await say('Search my content: when do we sail before the storm?');

    expect(answer.names[0]).toBe('session');
    expect(answer.calls.map(({ name }) => name)).toEqual(['search_content']);
    expect(answer.results).toMatchObject([{ name: 'search_content', status: 'success' }]);
    expect(answer.text).toContain('we sail before the storm');
    const cited = answer.done.citations.find(({ contentId }) => contentId === recording);
    expect(cited?.text).toContain('storm');
    expect(cited?.start).toBeGreaterThan(0);
  });

  it('reads a transcript, and cites speaker, words and second', async () => {
    const answer = await say(`Read the transcript of ${recording}.`);

    expect(answer.calls).toMatchObject([{ name: 'get_transcript', input: { contentId: recording } }]);
    expect(answer.text).toContain('the harbour opens at seven');
    const { transcript } = await platform.api.content(recording);
    const spans = transcript?.segments.map(({ start, end, text }) => ({
      contentId: recording,
      start,
      end,
      text,
    }));
    expect(answer.done.citations).toEqual(spans);
  });

  it('starts an analysis, waits for its job and cites the result', async () => {
    const started = await say(`Please analyse ${video}.`);
    expect(started.calls).toMatchObject([{ name: 'start_video_analysis', input: { contentId: video } }]);
    expect(started.results).toMatchObject([{ status: 'success' }]);
    const jobId = /\[([\da-f-]{36})\]/.exec(started.text)?.[1];
    if (!jobId) throw new Error(`No job in: ${started.text}`);

    const waited = await say(`Wait until job ${jobId} is done.`);
    expect(waited.calls).toMatchObject([{ name: 'get_job', input: { jobId, waitSeconds: 30 } }]);
    expect(waited.text).toContain('done');
    expect(await platform.api.ok('GET', `/jobs/${jobId}`)).toMatchObject({
      kind: 'analysis',
      status: 'done',
    });

    const read = await say(`Show me the timeline of ${video}.`);
    expect(read.calls).toMatchObject([{ name: 'get_video_timeline', input: { contentId: video } }]);
    expect(read.text).toContain('a red boat leaves the quay');
    expect(read.done.citations).toContainEqual(
      expect.objectContaining({ contentId: video, start: 4, end: 9 }),
    );
  });

  it('is recorded whole, as one session', async () => {
    const history = await eventually('all turns are there', async () => {
      const session = await platform.api.ok<{ turns: { message: string; toolCalls: { name: string }[] }[] }>(
        'GET',
        `/sessions/${sessionId}`,
      );
      return session.turns.length === 5 && session;
    });

    expect(history.turns.map(({ toolCalls }) => toolCalls.map(({ name }) => name))).toEqual([
      ['search_content'],
      ['get_transcript'],
      ['start_video_analysis'],
      ['get_job'],
      ['get_video_timeline'],
    ]);
  });
});
