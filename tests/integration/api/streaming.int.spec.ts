import type { ChatStreamEvents } from '@nova/shared/api/chat';
import type { Session } from '@nova/shared/api/sessions';
import type { Usage } from '@nova/shared/api/usage';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Api, serverSentEvents } from '../testing/api.ts';
import { eventually } from '../testing/eventually.ts';
import { type WorkerShare, withWorkerPlatform } from '../testing/worker-platform.ts';

/** Streams through the gateway and the function, while the model takes its time or breaks off. */

let running: WorkerShare['running'];
let api: Api;
let guest: Api;

withWorkerPlatform.beforeAll(({ share }) => {
  ({ running, api, guest } = share);
});
beforeEach(() => running.platform.bedrock.faults.set({}));

/** Far longer than a slow model takes to say what a test waits for. */
const long = Array.from({ length: 300 }, (_, n) => `word${n}`).join(' ');

/** Opens a stream; what has come so far can be looked at while more comes. */
async function open(message: string) {
  const response = await api.fetch('POST', '/agent/chat', {
    body: { message },
    headers: { accept: 'text/event-stream' },
  });
  const decoder = new TextDecoder();
  let text = '';
  const ended = (async () => {
    for await (const chunk of response.body ?? [])
      text += decoder.decode(chunk as Uint8Array, { stream: true });
  })();
  const complete = () => text.slice(0, text.lastIndexOf('\n\n') + 2);
  const dataOf = <K extends keyof ChatStreamEvents>(name: K) =>
    serverSentEvents(complete())
      .filter(({ event }) => event === name)
      .map(({ data }) => data as ChatStreamEvents[K]);
  return { response, ended, dataOf };
}

describe('a long answer', () => {
  it('arrives while the model generates it, and ends when it is stopped: its text so far is stored and charged', async () => {
    running.platform.bedrock.script.say(long);
    running.platform.bedrock.faults.set({ slow: 1 });

    const { response, ended, dataOf } = await open('Tell me everything.');
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    await eventually('the first words are there', async () => dataOf('text').length > 0);
    const [session] = dataOf('session');
    expect(dataOf('done')).toEqual([]);
    expect((await api.call('DELETE', `/sessions/${session?.sessionId}/answer`)).status).toBe(204);
    await ended;

    const [done] = dataOf('done');
    const streamed = dataOf('text')
      .map(({ text }) => text)
      .join('');
    expect(done).toMatchObject({ sessionId: session?.sessionId, stopReason: 'cancelled' });
    expect(long.startsWith(streamed)).toBe(true);
    expect(streamed.length).toBeLessThan(long.length);
    const history = await eventually('the turn is there', async () => {
      const found = await api.ok<Session>('GET', `/sessions/${session?.sessionId}`);
      return found.turns.length === 1 && found;
    });
    expect(history.turns[0]?.reply).toBe(streamed);
    expect((await api.ok<Usage>('GET', '/usage')).budget.used).toBeGreaterThan(0);
  });

  it('that breaks off after the first byte ends with an error event, and its session continues', async () => {
    running.platform.bedrock.script.say(long);
    running.platform.bedrock.faults.set({ cut: 1 });

    const { response, ended, dataOf } = await open('Tell me everything.');
    await ended;

    expect(response.status).toBe(200);
    expect(dataOf('error')).toMatchObject([{ type: 'model-unavailable', status: 503 }]);
    expect(dataOf('done')).toEqual([]);
    running.platform.bedrock.faults.set({});
    const { sessionId } = dataOf('session')[0] ?? {};
    expect((await api.call('POST', '/agent/chat', { body: { sessionId, message: 'Hello' } })).status).toBe(
      200,
    );
  });
});

describe('a stop', () => {
  it('without an answer in progress changes nothing', async () => {
    const { sessionId } = await api.ok<{ sessionId: string }>('POST', '/agent/chat', { message: 'Hello' });

    expect((await api.call('DELETE', `/sessions/${sessionId}/answer`)).status).toBe(204);
    expect((await api.call('GET', `/sessions/${sessionId}`)).json.turnCount).toBe(1);
  });

  it('is limited to the caller’s own sessions', async () => {
    const { sessionId } = await api.ok<{ sessionId: string }>('POST', '/agent/chat', { message: 'Hello' });

    expect((await guest.call('DELETE', `/sessions/${sessionId}/answer`)).status).toBe(404);
  });
});
