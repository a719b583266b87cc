import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CompleteUploadRequest } from '@nova/shared/api/content';
import { afterAll, expect, it } from 'vitest';
import { ApiClient } from '../api/client.ts';
import type { Measure } from '../output/bar.ts';
import { aServer, type Handler, hangUp, respondWith } from '../testing/server-fixture.ts';
import { uploadFile } from './upload-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'nova-upload-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const partBytes = 300_000;
const bytes = Buffer.alloc(5 * partBytes + 1000, 'nova');
const path = join(folder, 'talk.wav');
writeFileSync(path, bytes);
const parts = [1, 2, 3, 4, 5, 6];
const contentId = '019ab000-0000-7000-8000-000000000001';
const soon = '2026-01-01T00:00:00.000Z';

const md5 = (body: Buffer) => `"${createHash('md5').update(body).digest('hex')}"`;
const stored: Handler = (response, _, body) => void response.writeHead(200, { etag: md5(body) }).end();
const completed = respondWith(202);

/** Handlers of the first requests of a path; later requests succeed. */
type Failures = Readonly<Record<string, readonly Handler[]>>;

/** A platform and its store that accept a file in parts. */
async function platform(failures: Failures) {
  const waiting = new Map(Object.entries(failures).map(([url, handlers]) => [url, [...handlers]]));
  const created: Handler = (response, request, body) => {
    const url = (part: number) => `http://${request.headers.host}/part/${part}`;
    const addresses = parts.map((partNumber) => ({ partNumber, url: url(partNumber) }));
    const upload = { method: 'MULTIPART', partBytes, parts: addresses, complete: '/', expiresAt: soon };
    respondWith(201, { contentId, upload })(response, request, body);
  };
  const ready = respondWith(200, {
    ...{ contentId, filename: 'talk.wav', contentType: 'audio/wav', kind: 'audio', bytes: bytes.length },
    ...{ status: 'ready', createdAt: soon, indexed: false, processing: [], processed: true },
  });
  const usual = (url: string): Handler => {
    if (url === '/content') return created;
    if (url.startsWith('/part/')) return stored;
    return url.endsWith('/upload') ? completed : ready;
  };
  const handler: Handler = (response, request, body) => {
    const url = request.url ?? '';
    (waiting.get(url)?.shift() ?? usual(url))(response, request, body);
  };
  return aServer([handler]);
}

async function uploaded(failures: Failures) {
  const { url, received } = await platform(failures);
  const signal = new AbortController().signal;
  const noPause = async () => {};
  const api = new ApiClient({ url, key: 'k' } as ApiClient['access'], signal, noPause);
  const shown: Measure[] = [];
  const progress = { update: (measure: Measure) => void shown.push(measure), end() {} };
  const outcome = await uploadFile(api, { path, progress, signal, pauseBeforeRetry: noPause }).catch(
    (error: Error) => error,
  );
  const of = (wanted: string) => received.filter((request) => request.url === wanted);
  return { outcome, of, shown };
}

const completion = `/content/${contentId}/upload`;

it('sends again only the part with the lost connection', async () => {
  const { outcome, of, shown } = await uploaded({ '/part/2': [hangUp, respondWith(503)] });

  expect(outcome).toMatchObject({ contentId, status: 'ready' });
  expect(parts.map((part) => of(`/part/${part}`).length)).toEqual([1, 3, 1, 1, 1, 1]);
  const whole = Buffer.concat(parts.map((part) => of(`/part/${part}`).at(-1)?.body ?? Buffer.alloc(0)));
  expect(whole.equals(bytes)).toBe(true);
  const { parts: completedParts } = CompleteUploadRequest.parse(JSON.parse(String(of(completion)[0]?.body)));
  expect(completedParts.toSorted((a, b) => a.partNumber - b.partNumber)).toEqual(
    parts.map((part) => ({
      partNumber: part,
      etag: md5(of(`/part/${part}`).at(-1)?.body ?? Buffer.alloc(0)),
    })),
  );
  expect(shown.at(-1)).toEqual({ done: bytes.length, total: bytes.length, doing: 'checking' });
  expect(shown.at(-2)?.done).toBe(bytes.length);
});

it('sends no part again when the response to the last call was lost', async () => {
  const { outcome, of } = await uploaded({ [completion]: [hangUp, respondWith(503)] });

  expect(outcome).toMatchObject({ status: 'ready' });
  expect(parts.map((part) => of(`/part/${part}`).length)).toEqual([1, 1, 1, 1, 1, 1]);
  expect(of(completion)).toHaveLength(3);
  expect(new Set(of(completion).map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
});

it('aborts all parts once one is refused', async () => {
  const [held, letGo] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const hold: Handler = (response) => {
    response.once('close', letGo.resolve);
    held.resolve();
  };
  const refused: Handler = async (...request) => {
    await held.promise;
    respondWith(403, '<Error><Code>AccessDenied</Code></Error>')(...request);
  };

  const { outcome, of, shown } = await uploaded({ '/part/1': [hold], '/part/2': [refused] });

  expect(outcome).toMatchObject({
    message: 'The upload address is no longer valid (AccessDenied): start the upload again.',
  });
  expect(of(completion)).toHaveLength(0);
  const before = shown.length;
  await letGo.promise;
  expect(shown.length).toBe(before);
});
