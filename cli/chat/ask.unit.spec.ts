import { describe, expect, it } from 'vitest';
import type { Pause } from '../api/client.ts';
import type { ApiAccess } from '../connection/api-access.ts';
import { aServer, type Handler, hangUp, respondWith } from '../testing/server-fixture.ts';
import { type AnswerEvent, ask } from './ask.ts';

const text = (words: string) => `event: text\ndata: ${JSON.stringify({ text: words })}\n\n`;
const done = `event: done\ndata: ${JSON.stringify({
  ...{ sessionId: '019ab000-0000-7000-8000-000000000001', turn: 1, reply: 'Hello there', citations: [] },
  ...{ toolCalls: [], usage: { inputTokens: 1, outputTokens: 1 }, stopReason: 'end', modelId: 'm' },
})}\n\n`;

const failed = `event: error\ndata: ${JSON.stringify({
  ...{ type: 'model-unavailable', status: 503, title: 'T', detail: 'The model is busy.', correlationId: 'c' },
})}\n\n`;

/** Streams pieces, then ends the response or closes the connection. */
const stream =
  (pieces: readonly string[], end: 'hang up' | 'end' = 'end'): Handler =>
  (response, request) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const piece of pieces) response.write(piece);
    if (end === 'end') response.end();
    // Once the last piece has been sent.
    else response.write(':\n\n', () => setImmediate(() => request.socket.destroy()));
  };
const inProgress = respondWith(
  409,
  { type: 'request-in-progress', status: 409, title: 'T', detail: 'Still at it.', correlationId: 'c' },
  { 'content-type': 'application/problem+json' },
);

/** Retries at once, unless interrupted. */
const noPause: Pause = async (_, signal) => signal.throwIfAborted();

async function runAsk(handlers: readonly Handler[], signal = new AbortController().signal) {
  const { url, received } = await aServer(handlers);
  const events: AnswerEvent['event'][] = [];
  let failure: Error | undefined;
  try {
    for await (const { event } of ask({ url, key: 'k' } as ApiAccess, { message: 'Hi' }, signal, noPause)) {
      events.push(event);
    }
  } catch (error) {
    failure = error as Error;
  }
  return { events, failure, received, url };
}

describe('an answer', () => {
  it('streams its events to the end', async () => {
    const { events, failure } = await runAsk([stream([text('Hello '), text('there'), done])]);

    expect(failure).toBeUndefined();
    expect(events).toEqual(['text', 'text', 'done']);
  });

  it.each([
    ['before the answer', [hangUp]],
    ['before the first event', [stream([], 'hang up')]],
    ['while the first attempt is in progress', [hangUp, inProgress, inProgress]],
  ])('is requested again, as the same request, when the connection breaks %s', async (_, before) => {
    const { events, failure, received } = await runAsk([...before, stream([text('Hello there'), done])]);

    expect(failure).toBeUndefined();
    expect(events).toEqual(['text', 'done']);
    expect(new Set(received.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
  });

  it('is not requested again once part of it was shown', async () => {
    const { events, failure, received } = await runAsk([stream([text('Hel')], 'hang up')]);

    expect(events).toEqual(['text']);
    expect(failure?.message).toBe('The answer broke off before its end: ask again.');
    expect(received).toHaveLength(1);
  });

  it('without its last event is incomplete', async () => {
    const { failure } = await runAsk([stream([text('Hel')])]);

    expect(failure?.message).toBe('The answer broke off before its end: ask again.');
  });

  it.each([
    [
      'is refused',
      respondWith(400, {
        type: 'invalid-request',
        status: 400,
        title: 'T',
        detail: 'No.',
        correlationId: 'c',
      }),
      'No.',
    ],
    [
      'comes from another server',
      respondWith(200, '<html>', { 'content-type': 'text/html' }),
      'The API responded with 200, but not as an API of Nova: check its address.',
    ],
    ['ends in an error', stream([text('Hel'), failed]), 'The model is busy.'],
  ])('that %s is not requested again', async (_, handler, message) => {
    const { failure, received } = await runAsk([handler]);

    expect(failure?.message).toBe(message);
    expect(received).toHaveLength(1);
  });

  it('in progress is not awaited after an interruption', async () => {
    const interrupt = new AbortController();
    const stopping: Handler = (response, request, body) => {
      response.once('close', () => interrupt.abort());
      inProgress(response, request, body);
    };
    const { failure, received } = await runAsk([stopping], interrupt.signal);

    expect(failure?.name).toBe('AbortError');
    expect(received).toHaveLength(1);
  });

  it('fails after a second lost connection, in one sentence', async () => {
    const { failure, received, url } = await runAsk([hangUp]);

    expect(failure?.message).toMatch(new RegExp(`^The API at ${url} cannot be reached`));
    expect(received).toHaveLength(2);
  });
});
