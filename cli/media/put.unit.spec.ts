import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Pause } from '../api/client.ts';
import { anUnusedUrl, aServer, type Handler, hangUp, respondWith } from '../testing/server-fixture.ts';
import { put } from './put.ts';

const folder = mkdtempSync(join(tmpdir(), 'nova-put-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A file, and the range of it that is sent. */
function aFile(name: string, size: number) {
  const [path, bytes] = [join(folder, name), Buffer.alloc(size, 'nova')];
  writeFileSync(path, bytes);
  const [start, length] = [1000, size - 2000];
  return { path, start, length, wanted: bytes.subarray(start, start + length) };
}

/** Several chunks of a file stream. */
const small = aFile('small.bin', 400_000);
/** More than the buffers between two sockets hold: a response can arrive before everything is sent. */
const large = aFile('large.bin', 16_000_000);
const md5 = (part: Buffer) => `"${createHash('md5').update(part).digest('hex')}"`;

const stored: Handler = (response, _, body) => void response.writeHead(200, { etag: md5(body) }).end();
/** Closes the connection once the first bytes have arrived. */
const hangUpMidway: Handler = (_, request) => void request.once('data', () => request.socket.destroy());
/** Responds without reading the body, and leaves the connection open. */
const busyAtOnce: Handler = (response) => void response.writeHead(503).end();
const refusedAtOnce: Handler = (response, request) => {
  response.writeHead(403, { connection: 'close' }).end('<Error><Code>AccessDenied</Code></Error>');
  request.resume();
};
const xml = (code: string) => `<Error><Code>${code}</Code></Error>`;
const garbled: Handler = (response) =>
  void response.writeHead(200, { etag: md5(Buffer.from('other')) }).end();

/** Puts a range of a file without a wait before retries, and records the milliseconds that it would have waited. */
async function sent(handlers: readonly Handler[], file = small, signal = new AbortController().signal) {
  const { url, received } = await aServer(handlers, [hangUpMidway, busyAtOnce, refusedAtOnce]);
  const { path, start, length } = file;
  const waits: number[] = [];
  const pause: Pause = async (milliseconds) => void waits.push(milliseconds);
  let shown = 0;
  const range = {
    ...{ path, start, length, url: `${url}/bucket/key`, signal },
    headers: { 'x-amz-checksum-sha256': 'sum' },
    onSent: (more: number) => {
      shown += more;
    },
  };
  const outcome = await put(range, pause).catch((error: Error) => error);
  return { outcome, received, shown, waits };
}

describe('an upload', () => {
  it('sends the bytes of the file, with the signed headers', async () => {
    const { outcome, received, shown } = await sent([stored]);

    expect(outcome).toBe(md5(small.wanted));
    expect(received[0]?.body.equals(small.wanted)).toBe(true);
    expect(received[0]?.headers).toMatchObject({
      'x-amz-checksum-sha256': 'sum',
      'content-length': String(small.length),
    });
    expect(shown).toBe(small.length);
  });

  it.each([
    ['lost its connection in the middle', large, hangUpMidway],
    ['lost its connection before the response', small, hangUp],
    ['met a busy store', small, respondWith(503)],
    ['met a busy store before everything was sent', large, busyAtOnce],
    ['was too slow', small, respondWith(400, xml('RequestTimeout'))],
    ['met an earlier attempt in progress', small, respondWith(409, xml('ConditionalRequestConflict'))],
    ['was corrupted in transit', small, garbled],
  ])('is repeated when the first attempt %s, and counted once', async (_, file, first) => {
    const { outcome, received, shown } = await sent([first, stored], file);

    expect(outcome).toBe(md5(file.wanted));
    expect(received).toHaveLength(2);
    expect(received[1]?.body.equals(file.wanted)).toBe(true);
    expect(shown).toBe(file.length);
  });

  it('is complete when an earlier attempt succeeded and its response was lost', async () => {
    const { outcome } = await sent([hangUp, respondWith(412, '', { etag: '"there"' })]);

    expect(outcome).toBe('"there"');
  });

  it('fails after four attempts, in one sentence, and counts no bytes as sent', async () => {
    const { outcome, received, shown, waits } = await sent([hangUp]);

    expect(outcome).toMatchObject({
      name: 'CliError',
      message: 'The connection was lost during the upload (ECONNRESET): try again.',
    });
    expect(received).toHaveLength(4);
    expect(waits).toEqual([500, 1000, 2000]);
    expect(shown).toBe(0);
  });

  it('fails after four attempts with a busy store, in one sentence', async () => {
    const { outcome, received, shown } = await sent([respondWith(503)]);

    expect(outcome).toMatchObject({
      message: 'S3 could not store the file (503): try again later.',
    });
    expect(received).toHaveLength(4);
    expect(shown).toBe(0);
  });

  it('fails without a server, in one sentence', async () => {
    const { path, start, length } = small;
    const { signal } = new AbortController();
    const outcome = put(
      { path, start, length, url: await anUnusedUrl(), signal, onSent() {} },
      async () => {},
    );

    await expect(outcome).rejects.toMatchObject({
      name: 'CliError',
      message: 'The connection was lost during the upload (ECONNREFUSED): try again.',
    });
  });

  it.each([
    ['is shorter now', (path: string) => truncate(path, 200_000)],
    ['is gone', (path: string) => rm(path)],
  ])('of a file that %s does not start', async (_, change) => {
    const file = aFile('changing.bin', 400_000);
    await change(file.path);

    const { outcome } = await sent([stored], file);

    expect(outcome).toMatchObject({
      name: 'CliError',
      message: `${file.path} changed during the upload: upload it again.`,
    });
  });

  it('stops sending when it is refused early', async () => {
    const { outcome, received } = await sent([refusedAtOnce], large);

    expect(outcome).toMatchObject({
      message: 'The upload address is no longer valid (AccessDenied): start the upload again.',
    });
    expect(received).toHaveLength(1);
  });

  it('is not repeated after a refusal', async () => {
    const { outcome, received } = await sent([respondWith(403, xml('AccessDenied'))]);

    expect(outcome).toMatchObject({
      message: 'The upload address is no longer valid (AccessDenied): start the upload again.',
    });
    expect(received).toHaveLength(1);
  });

  it('stops after an interruption', async () => {
    const interrupt = new AbortController();
    const stopping: Handler = (_, request) => {
      interrupt.abort(new Error('Ctrl-C'));
      request.socket.destroy();
    };
    const { outcome, received } = await sent([stopping], small, interrupt.signal);

    expect(outcome).toMatchObject({ message: 'Ctrl-C' });
    expect(received).toHaveLength(1);
  });
});
