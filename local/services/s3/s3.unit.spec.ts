import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import * as sdk from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Credentials, EventPublisher } from '../../contracts.ts';
import { identitiesOf } from '../../iam/identities.ts';
import { aRecordingLogger, aStack, region, temporaryDirectory } from '../../testing/service-fixture.ts';
import { startEndpoint } from '../../wire/endpoint/endpoint.ts';
import { openS3 } from './s3.ts';

const Bucket = 'content';
const origin = 'http://console.test';
const roleArn = 'arn:aws:iam::000000000000:role/reader';
const policy = JSON.stringify({
  Statement: [
    { Effect: 'Allow', Action: ['s3:GetObject', 's3:DeleteObject'], Resource: 'arn:aws:s3:::content/a/*' },
    { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::content/b/*' },
    {
      Effect: 'Allow',
      Action: 's3:ListBucket',
      Resource: 'arn:aws:s3:::content',
      Condition: { StringLike: { 's3:prefix': 'a/*' } },
    },
  ],
});

const stack = aStack({
  aws_s3_bucket: [{ bucket: Bucket }, { bucket: 'quiet' }],
  aws_s3_bucket_notification: [{ bucket: Bucket, eventbridge: true }],
  aws_s3_bucket_cors_configuration: [
    {
      bucket: Bucket,
      cors_rule: [
        {
          allowed_origins: [origin],
          allowed_methods: ['PUT'],
          allowed_headers: ['content-*'],
          expose_headers: ['ETag'],
        },
      ],
    },
  ],
  aws_iam_role: [{ name: 'reader', arn: roleArn }],
  aws_iam_role_policy: [{ role: 'reader', policy }],
});

type Published = Parameters<EventPublisher['publish']>[0];

async function start(dataDirectory = temporaryDirectory()) {
  const events: Published[] = [];
  const publisher: EventPublisher = { publish: (event) => void events.push(event) };
  const logger = aRecordingLogger();
  const identities = identitiesOf(stack, dataDirectory, aRecordingLogger());
  const { service, objects } = await openS3({ stack, dataDirectory, publisher, logger });
  const endpoint = await startEndpoint({ port: 0, identities, services: [service], logger });
  let closed: Promise<void> | undefined;
  const close = () => (closed ??= endpoint.close().then(() => service.close?.()));
  onTestFinished(close);
  const clientFor = (credentials: Credentials, more: sdk.S3ClientConfig = {}) =>
    new sdk.S3Client({ region, endpoint: endpoint.url, credentials, maxAttempts: 1, ...more });
  return {
    s3: clientFor(identities.developer),
    reader: clientFor(identities.credentialsFor(roleArn)),
    presigner: clientFor(identities.developer, { requestChecksumCalculation: 'WHEN_REQUIRED' }),
    url: endpoint.url,
    events,
    logger,
    objects,
    close,
    dataDirectory,
  };
}

const bodyOf = async (output: sdk.GetObjectCommandOutput) =>
  Buffer.from((await output.Body?.transformToByteArray()) ?? []);
const put = (
  s3: sdk.S3Client,
  Key: string,
  Body: string | Uint8Array = 'text',
  more: Partial<sdk.PutObjectCommandInput> = {},
) => s3.send(new sdk.PutObjectCommand({ Bucket, Key, Body, ...more }));
const get = (s3: sdk.S3Client, Key: string, more: Partial<sdk.GetObjectCommandInput> = {}) =>
  s3.send(new sdk.GetObjectCommand({ Bucket, Key, ...more }));
const head = (s3: sdk.S3Client, Key: string) => s3.send(new sdk.HeadObjectCommand({ Bucket, Key }));
const failsWith = (name: string, httpStatusCode: number) => ({ name, $metadata: { httpStatusCode } });

describe('objects', () => {
  it('are returned as they were put, with their headers and metadata', async () => {
    const { s3 } = await start();
    const body = randomBytes(300_000);
    const written = await put(s3, 'a/ü b+c.bin', body, {
      ContentType: 'audio/wav',
      CacheControl: 'no-store',
      ContentDisposition: 'attachment',
      Metadata: { owner: 'me' },
    });

    const read = await get(s3, 'a/ü b+c.bin');

    expect(await bodyOf(read)).toEqual(body);
    expect(read).toMatchObject({
      ETag: `"${createHash('md5').update(body).digest('hex')}"`,
      ContentType: 'audio/wav',
      CacheControl: 'no-store',
      ContentDisposition: 'attachment',
      ContentLength: 300_000,
      Metadata: { owner: 'me' },
      ChecksumCRC32: written.ChecksumCRC32,
    });
    expect(written.ETag).toBe(read.ETag);
    expect(await head(s3, 'a/ü b+c.bin')).toMatchObject({ ContentLength: 300_000, ETag: read.ETag });
  });

  it('may be empty', async () => {
    const { s3 } = await start();
    await put(s3, 'a/empty', new Uint8Array());

    expect(await bodyOf(await get(s3, 'a/empty'))).toHaveLength(0);
  });

  it('are stored under exactly the key of the request, dots included', async () => {
    const { s3 } = await start();
    await put(s3, 'a/./b/../c', 'dots');
    await put(s3, 'a/c', 'plain');

    expect((await bodyOf(await get(s3, 'a/./b/../c'))).toString()).toBe('dots');
  });

  it.each([['CRC32'], ['CRC32C'], ['CRC64NVME'], ['SHA1'], ['SHA256']] as const)(
    'may be streamed in chunks with a %s trailer',
    async (ChecksumAlgorithm) => {
      const { s3 } = await start();
      const pieces = Array.from({ length: 20 }, () => randomBytes(17_000));
      const written = await s3.send(
        new sdk.PutObjectCommand({
          Bucket,
          Key: 'a/stream',
          Body: Readable.from(pieces),
          ContentLength: 340_000,
          ChecksumAlgorithm,
        }),
      );

      const read = await get(s3, 'a/stream');

      expect(await bodyOf(read)).toEqual(Buffer.concat(pieces));
      expect(read.ContentEncoding).toBeUndefined();
      expect(read[`Checksum${ChecksumAlgorithm}`]).toBe(written[`Checksum${ChecksumAlgorithm}`]);
      expect(written[`Checksum${ChecksumAlgorithm}`]).toBeTruthy();
    },
  );

  it('are replaced as a whole', async () => {
    const { s3 } = await start();
    await put(s3, 'a/k', 'first, longer');
    await put(s3, 'a/k', 'second');

    expect((await bodyOf(await get(s3, 'a/k'))).toString()).toBe('second');
  });

  it.each([
    ['bytes=0-3', '0123', 'bytes 0-3/10'],
    ['bytes=7-', '789', 'bytes 7-9/10'],
    ['bytes=-4', '6789', 'bytes 6-9/10'],
    ['bytes=8-100', '89', 'bytes 8-9/10'],
  ])('are read in ranges: %s', async (Range, expected, ContentRange) => {
    const { s3 } = await start();
    await put(s3, 'a/k', '0123456789');

    const part = await get(s3, 'a/k', { Range });

    expect((await bodyOf(part)).toString()).toBe(expected);
    expect(part).toMatchObject({
      ContentRange,
      ContentLength: expected.length,
      $metadata: { httpStatusCode: 206 },
    });
    await expect(get(s3, 'a/k', { Range: 'bytes=10-' })).rejects.toMatchObject(
      failsWith('InvalidRange', 416),
    );
  });

  it('are read and written under conditions', async () => {
    const { s3 } = await start();
    const { ETag = '' } = await put(s3, 'a/k', 'one', { IfNoneMatch: '*' });

    await expect(put(s3, 'a/k', 'two', { IfNoneMatch: '*' })).rejects.toMatchObject(
      failsWith('PreconditionFailed', 412),
    );
    await expect(put(s3, 'a/k', 'two', { IfMatch: '"x"' })).rejects.toMatchObject(
      failsWith('PreconditionFailed', 412),
    );
    await expect(put(s3, 'a/none', 'two', { IfMatch: ETag })).rejects.toMatchObject(
      failsWith('NoSuchKey', 404),
    );
    await expect(get(s3, 'a/k', { IfMatch: '"x"' })).rejects.toMatchObject(
      failsWith('PreconditionFailed', 412),
    );
    await expect(get(s3, 'a/k', { IfNoneMatch: ETag })).rejects.toMatchObject({
      $metadata: { httpStatusCode: 304 },
    });
    await expect(get(s3, 'a/k', { IfModifiedSince: new Date() })).rejects.toMatchObject({
      $metadata: { httpStatusCode: 304 },
    });
    await put(s3, 'a/k', 'two', { IfMatch: ETag });
    expect((await bodyOf(await get(s3, 'a/k'))).toString()).toBe('two');
  });

  it('have one winner among concurrent conditional writes', async () => {
    const { s3 } = await start();
    const results = await Promise.allSettled(
      Array.from({ length: 10 }, (_, index) => put(s3, 'a/first', `${index}`, { IfNoneMatch: '*' })),
    );

    const winner = results.findIndex(({ status: outcome }) => outcome === 'fulfilled');
    expect(results.filter(({ status: outcome }) => outcome === 'fulfilled')).toHaveLength(1);
    expect((await bodyOf(await get(s3, 'a/first'))).toString()).toBe(`${winner}`);
  });

  it('are copied with or without their own headers', async () => {
    const { s3 } = await start();
    await put(s3, 'a/ü x', 'text', { ContentType: 'text/plain', Metadata: { a: '1' } });
    const CopySource = encodeURI(`${Bucket}/a/ü x`);
    await s3.send(new sdk.CopyObjectCommand({ Bucket: 'quiet', Key: 'same', CopySource }));
    await s3.send(
      new sdk.CopyObjectCommand({
        Bucket,
        Key: 'other',
        CopySource,
        MetadataDirective: 'REPLACE',
        ContentType: 'text/html',
      }),
    );

    const same = await s3.send(new sdk.GetObjectCommand({ Bucket: 'quiet', Key: 'same' }));
    const other = await head(s3, 'other');

    expect([same.ContentType, same.Metadata, (await bodyOf(same)).toString()]).toEqual([
      'text/plain',
      { a: '1' },
      'text',
    ]);
    expect([other.ContentType, other.Metadata]).toEqual(['text/html', {}]);
    const self = s3.send(new sdk.CopyObjectCommand({ Bucket, Key: 'other', CopySource: `${Bucket}/other` }));
    await expect(self).rejects.toMatchObject(failsWith('InvalidRequest', 400));
  });

  it('are deleted, one or many, also when they do not exist', async () => {
    const { s3 } = await start();
    for (const key of ['a', 'b', 'c']) await put(s3, key);
    await s3.send(new sdk.DeleteObjectCommand({ Bucket, Key: 'a' }));
    await s3.send(new sdk.DeleteObjectCommand({ Bucket, Key: 'never' }));
    const { Deleted } = await s3.send(
      new sdk.DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: 'b' }, { Key: 'never' }] } }),
    );

    expect(Deleted).toEqual([{ Key: 'b' }, { Key: 'never' }]);
    await expect(get(s3, 'b')).rejects.toMatchObject(failsWith('NoSuchKey', 404));
    expect((await s3.send(new sdk.ListObjectsV2Command({ Bucket }))).Contents?.map(({ Key }) => Key)).toEqual(
      ['c'],
    );
  });

  it('survive a restart', async () => {
    const first = await start();
    await put(first.s3, 'a/k', 'kept', { Metadata: { a: '1' } });
    await first.close();

    const second = await start(first.dataDirectory);

    expect(await bodyOf(await get(second.s3, 'a/k'))).toEqual(Buffer.from('kept'));
  });
});

describe('a listing', () => {
  const keys = fc.uniqueArray(
    fc.string({ unit: fc.constantFrom('a', 'b', '/', 'é', '😀'), minLength: 1, maxLength: 6 }),
    {
      maxLength: 25,
    },
  );
  const prefixes = fc.constantFrom('', 'a', 'a/', 'b', '/');

  /** S3's definition of a listing: keys in byte order, with those that share a prefix up to the delimiter rolled up. */
  function model(all: readonly string[], prefix: string, delimiter: string | undefined): string[] {
    const sorted = all
      .filter((key) => key.startsWith(prefix))
      .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    const rolled = sorted.map((key) => {
      const end = delimiter ? key.indexOf(delimiter, prefix.length) : -1;
      return end < 0 ? key : `>${key.slice(0, end + 1)}`;
    });
    return [...new Set(rolled)];
  }

  it('pages through every key and prefix once, in order', async () => {
    const { s3, objects } = await start();
    await fc.assert(
      fc.asyncProperty(
        keys,
        prefixes,
        fc.constantFrom(undefined, '/'),
        fc.integer({ min: 1, max: 5 }),
        async (all, Prefix, Delimiter, MaxKeys) => {
          for (const key of all) await objects.write(Bucket, key, Buffer.from('x'), 'text/plain');
          const found: string[] = [];
          const pages = sdk.paginateListObjectsV2(
            { client: s3, pageSize: MaxKeys },
            { Bucket, Prefix, Delimiter },
          );
          for await (const { Contents = [], CommonPrefixes = [], KeyCount } of pages) {
            expect(KeyCount).toBe(Contents.length + CommonPrefixes.length);
            const page = [
              ...Contents.map(({ Key }) => `${Key}`),
              ...CommonPrefixes.map((one) => `>${one.Prefix}`),
            ];
            const bytes = (name: string) => Buffer.from(name.replace('>', ''));
            found.push(...page.sort((a, b) => Buffer.compare(bytes(a), bytes(b))));
          }
          expect(found).toEqual(model(all, Prefix, Delimiter));
          for (const key of all) await s3.send(new sdk.DeleteObjectCommand({ Bucket, Key: key }));
        },
      ),
      { numRuns: 25 },
    );
  });
});

describe('multipart uploads', () => {
  const begin = async (s3: sdk.S3Client, more: Partial<sdk.CreateMultipartUploadCommandInput> = {}) => {
    const { UploadId } = await s3.send(
      new sdk.CreateMultipartUploadCommand({ Bucket, Key: 'a/big', ...more }),
    );
    const upload = { Bucket, Key: 'a/big', UploadId };
    const part = async (PartNumber: number, Body: Uint8Array) => ({
      PartNumber,
      ...(await s3.send(
        new sdk.UploadPartCommand({
          ...upload,
          PartNumber,
          Body,
          ...(more.ChecksumAlgorithm ? { ChecksumAlgorithm: more.ChecksumAlgorithm } : {}),
        }),
      )),
    });
    const complete = (Parts: sdk.CompletedPart[]) =>
      s3.send(new sdk.CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } }));
    return { upload, part, complete };
  };

  it('become one object', async () => {
    const { s3, events } = await start();
    const { upload, part, complete } = await begin(s3, {
      ContentType: 'video/mp4',
      ChecksumAlgorithm: 'SHA256',
    });
    const [first, second] = [randomBytes(5 * 1024 ** 2), randomBytes(1000)];
    const parts = [await part(1, first), await part(2, randomBytes(10)), await part(2, second)];
    const listed = await s3.send(new sdk.ListPartsCommand(upload));
    const done = await complete([parts[0] ?? {}, parts[2] ?? {}]);

    const read = await get(s3, 'a/big');

    expect(listed.Parts?.map(({ PartNumber, Size }) => [PartNumber, Size])).toEqual([
      [1, first.length],
      [2, 1000],
    ]);
    expect(await bodyOf(read)).toEqual(Buffer.concat([first, second]));
    expect(read).toMatchObject({ ContentType: 'video/mp4', ETag: done.ETag });
    expect(done.ETag).toMatch(/^"[0-9a-f]{32}-2"$/);
    expect(done.ChecksumSHA256).toMatch(/=-2$/);
    expect(events.map(({ detail }) => (detail as { reason: string }).reason)).toEqual([
      'CompleteMultipartUpload',
    ]);
    const across = await get(s3, 'a/big', { Range: `bytes=${first.length - 2}-${first.length + 1}` });
    expect(await bodyOf(across)).toEqual(Buffer.concat([first.subarray(-2), second.subarray(0, 2)]));
    await expect(complete([parts[0] ?? {}])).rejects.toMatchObject(failsWith('NoSuchUpload', 404));
  });

  it('refuse invalid parts', async () => {
    const { s3 } = await start();
    const { part, complete } = await begin(s3);
    const [small, last] = [await part(1, randomBytes(10)), await part(2, randomBytes(10))];

    await expect(complete([last, small])).rejects.toMatchObject(failsWith('InvalidPartOrder', 400));
    await expect(complete([small, last])).rejects.toMatchObject(failsWith('EntityTooSmall', 400));
    await expect(complete([{ ...small, ETag: '"x"' }])).rejects.toMatchObject(failsWith('InvalidPart', 400));
    await expect(complete([{ PartNumber: 9, ETag: '"x"' }])).rejects.toMatchObject(
      failsWith('InvalidPart', 400),
    );
    await expect(part(10_001, randomBytes(1))).rejects.toMatchObject(failsWith('InvalidArgument', 400));
  });

  it('can be aborted', async () => {
    const { s3 } = await start();
    const { upload, part } = await begin(s3);
    await part(1, randomBytes(10));
    await s3.send(new sdk.AbortMultipartUploadCommand(upload));

    await expect(part(2, randomBytes(10))).rejects.toMatchObject(failsWith('NoSuchUpload', 404));
    await expect(get(s3, 'a/big')).rejects.toMatchObject(failsWith('NoSuchKey', 404));
  });
});

describe('a body', () => {
  const upload = async (
    more: Partial<sdk.PutObjectCommandInput>,
    change: (headers: Record<string, string>) => void,
  ) => {
    const { s3 } = await start();
    s3.middlewareStack.add(
      (next) => (args) => {
        change((args.request as { headers: Record<string, string> }).headers);
        return next(args);
      },
      { step: 'build', priority: 'low' },
    );
    await expect(put(s3, 'a/bad', 'text', more)).rejects.toMatchObject({ name: expect.any(String) });
    const error = await put(s3, 'a/bad', 'text', more).catch((thrown) => thrown);
    await expect(head(s3, 'a/bad')).rejects.toMatchObject({ $metadata: { httpStatusCode: 404 } });
    return error.name;
  };

  it.each([
    ['CRC32', 'x-amz-checksum-crc32', 'AAAAAA==', 'BadDigest'],
    ['MD5', 'content-md5', 'AAAAAAAAAAAAAAAAAAAAAA==', 'BadDigest'],
    ['SHA-256', 'x-amz-content-sha256', '0'.repeat(64), 'XAmzContentSHA256Mismatch'],
  ])('that does not match its %s leaves nothing behind', async (_, header, value, expected) => {
    expect(
      await upload({}, (headers) => {
        headers[header] = value;
      }),
    ).toBe(expected);
  });
});

describe('notifications', () => {
  it('report creations and deletions on the default bus, in the format of S3', async () => {
    const { s3, events } = await start();
    const { ETag = '' } = await put(s3, 'a/ü k', 'text');
    await s3.send(new sdk.DeleteObjectCommand({ Bucket, Key: 'a/ü k' }));
    await s3.send(new sdk.DeleteObjectCommand({ Bucket, Key: 'a/ü k' }));

    const common = {
      version: '0',
      'event-version': '1.0',
      bucket: { name: Bucket },
      'request-id': expect.any(String),
      requester: '000000000000',
      'source-ip-address': '127.0.0.1',
    };
    const sequencer = expect.stringMatching(/^[0-9A-F]{18}$/);
    expect(events).toEqual([
      {
        bus: 'default',
        source: 'aws.s3',
        detailType: 'Object Created',
        resources: ['arn:aws:s3:::content'],
        detail: {
          ...common,
          object: { key: 'a/ü k', size: 4, etag: ETag.replaceAll('"', ''), sequencer },
          reason: 'PutObject',
        },
      },
      {
        bus: 'default',
        source: 'aws.s3',
        detailType: 'Object Deleted',
        resources: ['arn:aws:s3:::content'],
        detail: {
          ...common,
          object: { key: 'a/ü k', sequencer },
          reason: 'DeleteObject',
          'deletion-type': 'Permanently Deleted',
        },
      },
    ]);
  });

  it('come only from buckets that the stack enables them for', async () => {
    const { s3, events } = await start();
    await s3.send(new sdk.PutObjectCommand({ Bucket: 'quiet', Key: 'k', Body: 'x' }));

    expect(events).toEqual([]);
  });
});

describe('permissions', () => {
  it('allow a role what its policy allows, for the objects of its policy', async () => {
    const { s3, reader } = await start();
    await put(s3, 'a/k');
    await put(s3, 'c/k');

    expect((await bodyOf(await get(reader, 'a/k'))).toString()).toBe('text');
    await expect(get(reader, 'c/k')).rejects.toMatchObject({
      ...failsWith('AccessDenied', 403),
      message: expect.stringContaining(
        'is not authorized to perform: s3:GetObject on resource: arn:aws:s3:::content/c/k',
      ),
    });
    await expect(put(reader, 'a/k')).rejects.toMatchObject(failsWith('AccessDenied', 403));
  });

  it('hide whether a key exists from roles that may not list it', async () => {
    const { reader } = await start();

    await expect(head(reader, 'a/missing')).rejects.toMatchObject({ $metadata: { httpStatusCode: 404 } });
    await expect(head(reader, 'b/missing')).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
  });

  it('limit listing by prefix', async () => {
    const { reader } = await start();
    const list = (Prefix: string) => reader.send(new sdk.ListObjectsV2Command({ Bucket, Prefix }));

    await expect(list('a/')).resolves.toMatchObject({ KeyCount: 0 });
    await expect(list('')).rejects.toMatchObject(failsWith('AccessDenied', 403));
  });

  it('apply to each of many deletions', async () => {
    const { s3, reader } = await start();
    for (const key of ['a/k', 'b/k']) await put(s3, key);
    const { Deleted, Errors } = await reader.send(
      new sdk.DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: 'a/k' }, { Key: 'b/k' }] } }),
    );

    expect(Deleted).toEqual([{ Key: 'a/k' }]);
    expect(Errors).toMatchObject([{ Key: 'b/k', Code: 'AccessDenied' }]);
  });
});

describe('presigned uploads from a browser', () => {
  const presign = (presigner: sdk.S3Client) =>
    getSignedUrl(
      presigner,
      new sdk.PutObjectCommand({ Bucket, Key: 'a/up', ContentType: 'audio/wav', ContentLength: 5 }),
      {
        signableHeaders: new Set(['content-type', 'content-length']),
      },
    );

  it('accept exactly what was signed', async () => {
    const { presigner, s3, url: base } = await start();
    const url = await presign(presigner);
    const headers = { 'content-type': 'audio/wav', origin };

    const longer = await fetch(url, { method: 'PUT', headers, body: 'longer' });
    const other = await fetch(url, {
      method: 'PUT',
      headers: { ...headers, 'content-type': 'text/html' },
      body: 'sound',
    });
    const exact = await fetch(url, { method: 'PUT', headers, body: 'sound' });

    expect(url.startsWith(`${base}/content/a/up?`)).toBe(true);
    expect([longer.status, other.status, exact.status]).toEqual([403, 403, 200]);
    expect(exact.headers.get('access-control-allow-origin')).toBe(origin);
    expect(exact.headers.get('access-control-expose-headers')).toBe('ETag');
    expect(await head(s3, 'a/up')).toMatchObject({ ContentType: 'audio/wav', ContentLength: 5 });
  });

  it('are refused when signed for another body, as by default', async () => {
    const { s3 } = await start();
    const url = await getSignedUrl(s3, new sdk.PutObjectCommand({ Bucket, Key: 'a/up' }));

    const answer = await fetch(url, { method: 'PUT', body: 'sound' });

    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain('<Code>BadDigest</Code>');
  });

  it('may send a preflight request from an allowed origin', async () => {
    const { url } = await start();
    const ask = (headers: Record<string, string>) =>
      fetch(`${url}/content/a/up`, { method: 'OPTIONS', headers });
    const preflight = { origin, 'access-control-request-method': 'PUT' };

    const allowed = await ask({ ...preflight, 'access-control-request-headers': 'content-type' });

    expect(allowed.status).toBe(200);
    expect(allowed.headers.get('access-control-allow-headers')).toBe('content-type');
    expect((await ask({ ...preflight, origin: 'http://evil.test' })).status).toBe(403);
    expect((await ask({ ...preflight, 'access-control-request-method': 'DELETE' })).status).toBe(403);
    expect((await ask({ ...preflight, 'access-control-request-headers': 'x-other' })).status).toBe(403);
  });
});

describe('a refusal', () => {
  it('names an unsupported operation', async () => {
    const { s3 } = await start();

    await expect(s3.send(new sdk.GetBucketPolicyCommand({ Bucket }))).rejects.toMatchObject({
      ...failsWith('NotImplemented', 501),
      message: 'The local S3 does not implement GET on a bucket with ?policy',
    });
    await expect(s3.send(new sdk.CreateBucketCommand({ Bucket: 'new' }))).rejects.toMatchObject(
      failsWith('NotImplemented', 501),
    );
  });

  it.each([
    ['a bucket that is not in the stack', { Bucket: 'other' }, 'NoSuchBucket', 404],
    ['a key that is too long', { Key: 'k'.repeat(1025) }, 'KeyTooLongError', 400],
    ['metadata that is too large', { Metadata: { a: 'x'.repeat(2048) } }, 'MetadataTooLarge', 400],
  ])('is the response to %s', async (_, more, name, code) => {
    const { s3 } = await start();

    await expect(put(s3, 'k', 'x', more)).rejects.toMatchObject(failsWith(name, code));
  });
});

describe('the object store inside the platform', () => {
  it('reads and writes without HTTP', async () => {
    const { s3, objects, events } = await start();
    await objects.write(Bucket, 'a/record.json', Buffer.from('{}'), 'application/json');

    const found = await objects.read(Bucket, 'a/record.json');

    expect(found?.bytes).toBe(2);
    expect(found && (await text(found.body))).toBe('{}');
    expect(await objects.read(Bucket, 'a/none')).toBeUndefined();
    expect((await head(s3, 'a/record.json')).ContentType).toBe('application/json');
    expect(events).toHaveLength(1);
    await expect(objects.write('other', 'k', Buffer.from(''), 'text/plain')).rejects.toThrow(
      'does not exist: other',
    );
  });
});
