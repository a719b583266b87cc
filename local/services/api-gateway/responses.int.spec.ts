import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { until } from '../../testing/platform-fixture.ts';
import { gatewayFixture, payload } from './testing/gateway-fixture.ts';

const head = (value: object) => Buffer.from(`${JSON.stringify(value)}${'\0'.repeat(8)}`);

const api = gatewayFixture();

/** The value once it no longer changes. */
async function settled(look: () => number): Promise<number> {
  let last = -1;
  for (let rounds = 0; rounds < 100 && last !== look(); rounds++) {
    last = look();
    await delay(50);
  }
  return last;
}

describe('a response', () => {
  it.each([
    [
      'an error of the function',
      { kind: 'error', error: { errorType: 'TypeError', errorMessage: 'secret' } } as const,
    ],
    ['no proxy response', payload({ status: 'ok' })],
    ['a header no header can be', payload({ statusCode: 200, headers: { 'a\nb': 'c' } })],
  ])('that is %s becomes a 502 without details', async (_, result) => {
    await api.up();
    api.answer = () => result;

    const response = await api.call('/chat');

    expect(response.status).toBe(502);
    expect(await response.text()).toBe('{"message":"Internal server error"}');
  });

  it('that takes too long becomes a 504', async () => {
    await api.up();
    api.answer = ({ signal }) => delay(5000, payload({ statusCode: 200 }), { signal });

    const response = await api.call('/chat', { method: 'DELETE' });

    expect([response.status, await response.text()]).toEqual([
      504,
      '{"message":"Endpoint request timed out"}',
    ]);
  });

  it('is written to the access log in the stage’s format', async () => {
    await api.up();
    await api.call('/content/x?q=1');
    await api.call('/nowhere');

    const lines = readFileSync(join(api.platform.dataDirectory, 'logs', 'access.log'), 'utf8')
      .trim()
      .split('\n');

    expect(lines.map((line) => JSON.parse(line))).toEqual([
      { route: '/content/{id}', status: '200', why: '-' },
      { route: '-', status: '403', why: 'MISSING_AUTHENTICATION_TOKEN' },
    ]);
  });
});

describe('a streamed response', () => {
  it('is sent as the function writes it', async () => {
    await api.up();
    const body = new PassThrough();
    api.answer = () => ({ kind: 'stream', contentType: 'x', body });
    body.write(head({ statusCode: 202, headers: { 'content-type': 'text/event-stream' } }));

    const response = await api.call('/stream');
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    body.write('data: one\n\n');
    const first = await reader?.read();
    body.end('data: two\n\n');
    const second = await reader?.read();

    expect([response.status, response.headers.get('content-type')]).toEqual([202, 'text/event-stream']);
    expect([first?.value, second?.value]).toEqual(['data: one\n\n', 'data: two\n\n']);
  });

  it('has no chunks for a client of HTTP/1.0, which reads to the end of the connection', async () => {
    await api.up();
    const pieces = [head({ statusCode: 200 }), Buffer.from('data: one\n\n'), Buffer.from('data: two\n\n')];
    api.answer = () => ({ kind: 'stream', contentType: 'x', body: Readable.from(pieces) });
    const { hostname, port } = new URL(api.gateway.url);

    const client = connect(Number(port), hostname);
    client.write(`GET /v1/stream HTTP/1.0\r\nHost: ${hostname}\r\nX-Api-Key: ${api.key}\r\n\r\n`);
    const [answerHead = '', ...body] = (await text(client)).split('\r\n\r\n');

    expect(answerHead).toMatch(/^HTTP\/1\.[01] 200 OK\r\n/);
    expect(answerHead).not.toMatch(/transfer-encoding/i);
    expect(body.join('\r\n\r\n')).toBe('data: one\n\ndata: two\n\n');
  });

  it('waits for a slow client', async () => {
    await api.up();
    let sent = 0;
    const source = Readable.from(
      (function* () {
        yield head({ statusCode: 200 });
        for (; sent < 2000; sent++) yield Buffer.alloc(65_536);
      })(),
    );
    api.answer = () => ({ kind: 'stream', contentType: 'x', body: source });
    const { hostname, port } = new URL(api.gateway.url);
    const slow = request({ hostname, port, path: '/v1/stream', headers: { 'x-api-key': api.key } });
    slow.on('error', () => {});
    slow.end();

    const before = await new Promise<number>((resolve) => {
      slow.on('response', async () => resolve(await settled(() => sent)));
    });
    slow.destroy();

    expect(before).toBeLessThan(1000);
    await until('the source to be let go', () => source.destroyed);
  });

  it('that breaks off breaks off for the client too', async () => {
    await api.up();
    const body = new PassThrough();
    api.answer = () => ({ kind: 'stream', contentType: 'x', body });
    body.write(head({ statusCode: 200 }));

    const response = await api.call('/stream');
    body.write('half');
    body.destroy(new Error('the function ended'));

    await expect(response.text()).rejects.toThrow();
    expect(api.platform.messages.join()).toMatch(/stream broke off: the function ended/);
  });

  it('is refused by an integration of the other kind', async () => {
    await api.up();
    api.answer = () => ({ kind: 'stream', contentType: 'x', body: Readable.from(['x']) });
    const buffered = await api.call('/chat');
    api.answer = () => payload({ statusCode: 200 });
    const streamed = await api.call('/stream');

    expect([buffered.status, streamed.status]).toEqual([502, 502]);
  });
});
