import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import {
  anUnusedUrl,
  aServer,
  breakOff,
  type Handler,
  hangUp,
  respondWith,
} from '../testing/server-fixture.ts';
import { ApiClient, type Pause } from './client.ts';
import { networkError } from './problem.ts';

const problem = (type: string, status: number) => ({
  ...{ type, status, title: 'Title', detail: `It is ${type}.`, correlationId: 'c' },
});

/** A call that does not wait before its retries, and the milliseconds that it would have waited. */
async function callTo(url: string, method: 'GET' | 'POST', signal = new AbortController().signal) {
  const waits: number[] = [];
  const pause: Pause = async (milliseconds) => void waits.push(milliseconds);
  const client = new ApiClient({ url, key: 'secret' } as ApiClient['access'], signal, pause);
  const body = method === 'POST' ? { a: 1 } : undefined;
  const outcome = await client
    .call(method, '/content', z.object({ ok: z.boolean() }), body)
    .catch((error: Error) => error);
  return { outcome, waits };
}

async function called(handlers: readonly Handler[], method: 'GET' | 'POST' = 'POST') {
  const { url, received } = await aServer(handlers);
  return { ...(await callTo(url, method)), received, url };
}

describe('a call', () => {
  it('sends the API key and an idempotency key', async () => {
    const { outcome, received } = await called([respondWith(200, { ok: true })]);

    expect(outcome).toEqual({ ok: true });
    expect(received[0]).toMatchObject({
      ...{ method: 'POST', url: '/content' },
      headers: {
        'x-api-key': 'secret',
        'content-type': 'application/json',
        'idempotency-key': expect.any(String),
      },
    });
  });

  it.each([
    ['finds no server', hangUp],
    ['loses its connection during the response', breakOff],
    ['finds a busy server', respondWith(503, problem('model-unavailable', 503))],
    ['is throttled', respondWith(429, problem('too-many-requests', 429), { 'retry-after': '1' })],
    ['has too many jobs', respondWith(429, problem('too-many-jobs', 429), { 'retry-after': '30' })],
    [
      'meets its own first attempt',
      respondWith(409, problem('request-in-progress', 409), { 'retry-after': '1' }),
    ],
  ])('that %s is retried as the same request', async (_, first) => {
    const { outcome, received } = await called([first, respondWith(200, { ok: true })]);

    expect(outcome).toEqual({ ok: true });
    const keys = received.map(({ headers }) => headers['idempotency-key']);
    expect(keys).toHaveLength(2);
    expect(new Set(keys).size).toBe(1);
  });

  it.each([
    ['is invalid', respondWith(400, problem('invalid-request', 400)), 'It is invalid-request.'],
    ['conflicts', respondWith(409, problem('conflict', 409)), 'It is conflict.'],
    [
      'has no tokens left until midnight',
      respondWith(429, problem('budget-exhausted', 429)),
      'It is budget-exhausted.',
    ],
    [
      'is throttled for hours',
      respondWith(429, problem('too-many-requests', 429), { 'retry-after': '7200' }),
      'It is too-many-requests.',
    ],
    ['fails', respondWith(500, problem('internal', 500)), 'It is internal.'],
    [
      'reaches another server',
      respondWith(404, '<html>'),
      'The API responded with 404, but not as an API of Nova: check its address.',
    ],
    [
      'reaches a web page',
      respondWith(200, '<html>'),
      'The API responded with 200, but not as an API of Nova: check its address.',
    ],
    [
      'reaches another API',
      respondWith(200, { other: 'response' }),
      'The API responded with 200, but not as an API of Nova: check its address.',
    ],
  ])('that %s is not retried', async (_, handler, message) => {
    const { outcome, received } = await called([handler]);

    expect(outcome).toMatchObject({ message });
    expect(received).toHaveLength(1);
  });

  it('that reaches no server fails with the reason', async () => {
    const { outcome } = await callTo(await anUnusedUrl(), 'GET');

    expect((outcome as Error).message).toMatch(/cannot be reached \(ECONNREFUSED\)/);
  });

  it('is not retried after an interruption', async () => {
    const interrupt = new AbortController();
    const stopping: Handler = (_, request) => {
      interrupt.abort(new Error('Ctrl-C'));
      request.socket.destroy();
    };
    const { url, received } = await aServer([stopping]);

    expect((await callTo(url, 'GET', interrupt.signal)).outcome).toMatchObject({ message: 'Ctrl-C' });
    expect(received).toHaveLength(1);
  });

  it('that always loses its connection fails after five attempts, in one sentence', async () => {
    const { outcome, received, waits, url } = await called([hangUp], 'GET');

    expect(received).toHaveLength(5);
    expect(waits).toEqual([400, 800, 1600, 3200]);
    expect((outcome as Error).message).toMatch(
      new RegExp(`^The API at ${url} cannot be reached \\([^)]+\\): check that it is running`),
    );
  });
});

it('a response that does not arrive in time is a network error', () => {
  const late = new DOMException('The operation was aborted due to timeout', 'TimeoutError');

  expect(networkError(late, 'http://there')).toMatchObject({
    message: expect.stringMatching(/^The API at http:\/\/there cannot be reached \(no response in time\)/),
  });
});
