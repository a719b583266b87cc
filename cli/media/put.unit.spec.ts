import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { answer, type Deed, hangUp, nobody, scriptedServer } from '../testing/scripted-server.ts';
import { put } from './put.ts';

const folder = mkdtempSync(join(tmpdir(), 'nova-put-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

// More than the buffers between two sockets hold.
const bytes = Buffer.alloc(24_000_000, 'nova');
const path = join(folder, 'file.bin');
const shrinking = join(folder, 'shrinking.bin');
writeFileSync(path, bytes);
const [start, length] = [1000, 23_000_000];
const wanted = bytes.subarray(start, start + length);
const md5 = (part: Buffer) => `"${createHash('md5').update(part).digest('hex')}"`;

const stored: Deed = (response, _, body) => void response.writeHead(200, { etag: md5(body) }).end();
/** Hangs up as soon as something has come. */
const hangUpMidway: Deed = (_, request) => void request.once('data', () => request.socket.destroy());
/** Answers without a look at what comes, and leaves the connection open. */
const busyAtOnce: Deed = (response) => void response.writeHead(503).end();
const refusedAtOnce: Deed = (response, request) => {
  response.writeHead(403, { connection: 'close' }).end('<Error><Code>AccessDenied</Code></Error>');
  request.resume();
};
const xml = (code: string) => `<Error><Code>${code}</Code></Error>`;
const garbled: Deed = (response) => void response.writeHead(200, { etag: md5(Buffer.from('other')) }).end();

interface Trial {
  readonly signal?: AbortSignal;
  readonly file?: string;
}

async function sent(
  deeds: readonly Deed[],
  { signal = new AbortController().signal, file = path }: Trial = {},
) {
  const { url, received } = await scriptedServer(deeds, [hangUpMidway, busyAtOnce, refusedAtOnce]);
  let shown = 0;
  const outcome = await put({
    ...{ path: file, start, length, url: `${url}/bucket/key`, signal },
    headers: { 'x-amz-checksum-sha256': 'sum' },
    onSent: (more) => {
      shown += more;
    },
  }).catch((error: Error) => error);
  return { outcome, received, shown };
}

describe('bytes that are put', () => {
  it('arrive as they are in the file, with the headers that were signed', async () => {
    const { outcome, received, shown } = await sent([stored]);

    expect(outcome).toBe(md5(wanted));
    expect(received[0]?.body.equals(wanted)).toBe(true);
    expect(received[0]?.headers).toMatchObject({
      'x-amz-checksum-sha256': 'sum',
      'content-length': String(length),
    });
    expect(shown).toBe(length);
  });

  it.each([
    ['broke off in the middle', hangUpMidway],
    ['broke off before the answer', hangUp],
    ['found a store that could not', answer(503)],
    ['found a store that could not before all was sent', busyAtOnce],
    ['came too slowly', answer(400, xml('RequestTimeout'))],
    ['met a try before it that still went on', answer(409, xml('ConditionalRequestConflict'))],
    ['arrived as something else', garbled],
  ])('are put again when the first try %s, and shown once', async (_, first) => {
    const { outcome, received, shown } = await sent([first, stored]);

    expect(outcome).toBe(md5(wanted));
    expect(received).toHaveLength(2);
    expect(received[1]?.body.equals(wanted)).toBe(true);
    expect(shown).toBe(length);
  });

  it('are there already when a try before arrived and its answer did not', async () => {
    const { outcome } = await sent([hangUp, answer(412, '', { etag: '"there"' })]);

    expect(outcome).toBe('"there"');
  });

  it('are given up after four tries, in a sentence, and nothing counts as sent', async () => {
    const { outcome, received, shown } = await sent([hangUp]);

    expect(outcome).toMatchObject({
      name: 'CliError',
      message: 'The connection was lost while uploading (ECONNRESET); try again.',
    });
    expect(received).toHaveLength(4);
    expect(shown).toBe(0);
  });

  it('are given up after four tries where the store cannot, and it says so', async () => {
    const { outcome, received, shown } = await sent([answer(503)]);

    expect(outcome).toMatchObject({
      message: 'S3 could not take the file (503); try again later.',
    });
    expect(received).toHaveLength(4);
    expect(shown).toBe(0);
  });

  it('that nobody takes are given up in a sentence', async () => {
    const outcome = put({
      ...{ path, start, length, url: await nobody() },
      ...{ signal: new AbortController().signal, onSent() {} },
    });

    await expect(outcome).rejects.toMatchObject({
      name: 'CliError',
      message: 'The connection was lost while uploading (ECONNREFUSED); try again.',
    });
  });

  it.each([
    ['has fewer bytes than it had', () => truncate(shrinking, 2_000_000)],
    ['is gone', () => rm(shrinking)],
  ])('of a file that %s are not put', async (_, happens) => {
    writeFileSync(shrinking, bytes);
    await happens();

    const { outcome } = await sent([stored], { file: shrinking });

    expect(outcome).toMatchObject({
      name: 'CliError',
      message: `${shrinking} changed while it was uploaded; upload it again.`,
    });
  });

  it('that are refused before all is sent are let go of', async () => {
    const { outcome, received } = await sent([refusedAtOnce]);

    expect(outcome).toMatchObject({
      message: 'The upload address is no longer good (AccessDenied); start the upload anew.',
    });
    expect(received).toHaveLength(1);
  });

  it('that are refused are not put again', async () => {
    const { outcome, received } = await sent([answer(403, xml('AccessDenied'))]);

    expect(outcome).toMatchObject({
      message: 'The upload address is no longer good (AccessDenied); start the upload anew.',
    });
    expect(received).toHaveLength(1);
  });

  it('are let go of at once when somebody interrupts', async () => {
    const interrupt = new AbortController();
    const stopping: Deed = (_, request) => {
      interrupt.abort(new Error('Ctrl-C'));
      request.socket.destroy();
    };
    const { outcome, received } = await sent([stopping], { signal: interrupt.signal });

    expect(outcome).toMatchObject({ message: 'Ctrl-C' });
    expect(received).toHaveLength(1);
  });
});
