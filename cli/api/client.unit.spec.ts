import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { answer, breakOff, type Deed, hangUp, nobody, scriptedServer } from '../testing/scripted-server.ts';
import { ApiClient } from './client.ts';
import { networkFault } from './problem.ts';

const problem = (type: string, status: number) => ({
  ...{ type, status, title: 'Title', detail: `It is ${type}.`, correlationId: 'c' },
});

function callTo(url: string, method: 'GET' | 'POST', signal = new AbortController().signal) {
  const client = new ApiClient({ url, key: 'secret' } as ApiClient['access'], signal);
  const body = method === 'POST' ? { a: 1 } : undefined;
  return client.call(method, '/content', z.object({ ok: z.boolean() }), body).catch((error: Error) => error);
}

async function called(deeds: readonly Deed[], method: 'GET' | 'POST' = 'POST') {
  const { url, received } = await scriptedServer(deeds);
  return { outcome: await callTo(url, method), received, url };
}

describe('a call', () => {
  it('says who calls, and what the request is known by', async () => {
    const { outcome, received } = await called([answer(200, { ok: true })]);

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
    ['finds nobody', hangUp],
    ['loses its connection within the answer', breakOff],
    ['finds somebody busy', answer(503, problem('model-unavailable', 503))],
    ['comes too often', answer(429, problem('too-many-requests', 429), { 'retry-after': '1' })],
    ['meets its own first try', answer(409, problem('request-in-progress', 409), { 'retry-after': '1' })],
  ])('that %s is tried again, as the same request', async (_, first) => {
    const { outcome, received } = await called([first, answer(200, { ok: true })]);

    expect(outcome).toEqual({ ok: true });
    const keys = received.map(({ headers }) => headers['idempotency-key']);
    expect(keys).toHaveLength(2);
    expect(new Set(keys).size).toBe(1);
  });

  it.each([
    ['is wrong', answer(400, problem('invalid-request', 400)), 'It is invalid-request.'],
    ['comes into conflict', answer(409, problem('conflict', 409)), 'It is conflict.'],
    [
      'has no tokens left till midnight',
      answer(429, problem('budget-exhausted', 429), { 'retry-after': '7200' }),
      'It is budget-exhausted.',
    ],
    ['fails', answer(500, problem('internal', 500)), 'It is internal.'],
    [
      'reaches something else',
      answer(404, '<html>'),
      'The API answered 404, and not as an API of Nova does: compare its address.',
    ],
    [
      'reaches a page',
      answer(200, '<html>'),
      'The API answered 200, and not as an API of Nova does: compare its address.',
    ],
    [
      'reaches another API',
      answer(200, { fine: 'so' }),
      'The API answered 200, and not as an API of Nova does: compare its address.',
    ],
  ])('that %s is not tried again', async (_, deed, message) => {
    const { outcome, received } = await called([deed]);

    expect(outcome).toMatchObject({ message });
    expect(received).toHaveLength(1);
  });

  it('that reaches nobody is given up, and says why', async () => {
    const outcome = await callTo(await nobody(), 'GET');

    expect((outcome as Error).message).toMatch(/cannot be reached \(ECONNREFUSED\)/);
  }, 20_000);

  it('is not tried again once somebody interrupts', async () => {
    const interrupt = new AbortController();
    const stopping: Deed = (_, request) => {
      interrupt.abort(new Error('Ctrl-C'));
      request.socket.destroy();
    };
    const { url, received } = await scriptedServer([stopping]);

    expect(await callTo(url, 'GET', interrupt.signal)).toMatchObject({ message: 'Ctrl-C' });
    expect(received).toHaveLength(1);
  });

  it('whose connection is always lost is given up, in a sentence', async () => {
    const { outcome, received, url } = await called([hangUp], 'GET');

    expect(received).toHaveLength(5);
    expect((outcome as Error).message).toMatch(
      new RegExp(`^The API at ${url} cannot be reached \\([^)]+\\): see whether it runs`),
    );
  }, 20_000);
});

it('an answer that does not come in time is a fault of the network', () => {
  const late = new DOMException('The operation was aborted due to timeout', 'TimeoutError');

  expect(networkFault(late, 'http://there')).toMatchObject({
    message: expect.stringMatching(/^The API at http:\/\/there cannot be reached \(no answer in time\)/),
  });
});
