import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { answer, type Deed, hangUp, scriptedServer } from '../testing/scripted-server.ts';
import { put } from './put.ts';

const folder = mkdtempSync(join(tmpdir(), 'nova-put-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const bytes = Buffer.alloc(3_000_000, 'nova');
const path = join(folder, 'file.bin');
writeFileSync(path, bytes);
const [start, length] = [1000, 2_500_000];
const wanted = bytes.subarray(start, start + length);
const md5 = (part: Buffer) => `"${createHash('md5').update(part).digest('hex')}"`;

const stored: Deed = (response, _, body) => void response.writeHead(200, { etag: md5(body) }).end();
/** Hangs up as soon as something has come. */
const hangUpMidway: Deed = (_, request) => void request.once('data', () => request.socket.destroy());
const garbled: Deed = (response) => void response.writeHead(200, { etag: md5(Buffer.from('other')) }).end();

async function sent(deeds: readonly Deed[], signal = new AbortController().signal) {
  const { url, received } = await scriptedServer(deeds, [hangUpMidway]);
  let shown = 0;
  const outcome = await put({
    ...{ path, start, length, url: `${url}/bucket/key`, signal },
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

  it('that are refused are not put again', async () => {
    const xml = '<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>';
    const { outcome, received } = await sent([answer(403, xml)]);

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
    const { outcome, received } = await sent([stopping], interrupt.signal);

    expect(outcome).toMatchObject({ message: 'Ctrl-C' });
    expect(received).toHaveLength(1);
  });
});
