import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import type { CreateContentResponse } from '@nova/shared/api/content';
import type { JobAccepted } from '@nova/shared/api/jobs';
import { limits } from '@nova/shared/limits';
import { contentBucketOf } from '@nova/shared/naming';
import { resultPrefix } from '@nova/shared/objects';
import { afterAll, describe, expect, it } from 'vitest';
import type { Api } from '../testing/api.ts';
import { eventually } from '../testing/eventually.ts';
import { everythingReadable } from '../testing/readable.ts';
import { type WorkerShare, withWorkerPlatform } from '../testing/worker-platform.ts';

/** Side effects of uploads and jobs that are no result: parts of unfinished uploads, and files of other services. */

let running: WorkerShare['running'];
let s3: S3Client;
let api: Api;

withWorkerPlatform.beforeAll(({ share }) => {
  ({ running, api } = share);
  s3 = new S3Client({ ...running.aws, forcePathStyle: true });
});

afterAll(() => s3?.destroy());

const placesOf = async (words: RegExp) =>
  (await everythingReadable(running)).filter(({ text }) => words.test(text)).map(({ place }) => place);

describe('an upload in parts whose item is deleted', () => {
  const words = /Ushuaia/;

  async function begin() {
    const body = { filename: 'long.wav', contentType: 'audio/wav', bytes: limits.multipartFromBytes + 1 };
    const { contentId, upload } = await api.ok<CreateContentResponse>('POST', '/content', body);
    if (upload.method !== 'MULTIPART') throw new Error('It is not uploaded in parts');
    const [first, second] = upload.parts;
    if (!first || !second) throw new Error('It has fewer than two parts');
    return { contentId, urls: [first.url, second.url] as const };
  }

  const put = (url: string) =>
    fetch(url, { method: 'PUT', body: Buffer.alloc(limits.uploadPartBytes, 'Ushuaia ') });

  it('keeps no part, and accepts none that comes later', async () => {
    const { contentId, urls } = await begin();
    expect((await put(urls[0])).status).toBe(200);
    expect(await placesOf(words)).not.toEqual([]);

    expect((await api.call('DELETE', `/content/${contentId}`)).status).toBe(204);

    await eventually('the part is gone', async () => (await placesOf(words)).length === 0);
    const late = await put(urls[1]);
    expect(late.status).toBe(404);
    expect(await late.text()).toContain('<Code>NoSuchUpload</Code>');
    expect(await placesOf(words)).toEqual([]);
  });

  it('does not disturb the upload of another item', async () => {
    const [doomed, other] = [await begin(), await begin()];
    expect((await put(other.urls[0])).status).toBe(200);
    expect((await api.call('DELETE', `/content/${doomed.contentId}`)).status).toBe(204);
    await eventually('the deleted upload is gone', async () => (await put(doomed.urls[0])).status === 404);

    expect((await put(other.urls[1])).status).toBe(200);
    expect((await api.call('DELETE', `/content/${other.contentId}`)).status).toBe(204);
  });
});

describe('a recording that Amazon Transcribe transcribes', () => {
  it('leaves no file but its transcript', async () => {
    const fixtures = join(import.meta.dirname, '../../fixtures/recordings');
    const bytes = await readFile(join(fixtures, 'japanese.m4a'));
    const { contentId, upload } = await api.register('kiri.m4a', 'audio/mp4', bytes.length, { react: false });
    await fetch(upload.url, { method: 'PUT', headers: upload.headers, body: bytes });
    const job = await api.ok<JobAccepted>('POST', '/audio/transcribe', { contentId, language: 'ja' });
    expect(await api.ended(job)).toMatchObject({ status: 'done' });

    await eventually(`the only result of ${contentId} is ${job.jobId}.json`, async () => {
      const { accountId, region } = running.platform;
      const Bucket = contentBucketOf('nova-dev', accountId, region);
      const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: resultPrefix }));
      const keys = Contents.map(({ Key = '' }) => Key).filter((key) => key.includes(contentId));
      return keys.length === 1 && keys[0]?.endsWith(`${contentId}/${job.jobId}.json`);
    });
  });
});
