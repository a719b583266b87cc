import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import * as sdk from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { Bucket, bodyOf, failsWith, get, head, put, s3Fixture } from './testing/s3-fixture.ts';

describe('objects', () => {
  it('are returned as they were put, with their headers and metadata', async () => {
    const { s3 } = await s3Fixture();
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
    const { s3 } = await s3Fixture();
    await put(s3, 'a/empty', new Uint8Array());

    expect(await bodyOf(await get(s3, 'a/empty'))).toHaveLength(0);
  });

  it('are stored under exactly the key of the request, dots included', async () => {
    const { s3 } = await s3Fixture();
    await put(s3, 'a/./b/../c', 'dots');
    await put(s3, 'a/c', 'plain');

    expect((await bodyOf(await get(s3, 'a/./b/../c'))).toString()).toBe('dots');
  });

  it.each([['CRC32'], ['CRC32C'], ['CRC64NVME'], ['SHA1'], ['SHA256']] as const)(
    'may be streamed in chunks with a %s trailer',
    async (ChecksumAlgorithm) => {
      const { s3 } = await s3Fixture();
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
    const { s3 } = await s3Fixture();
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
    const { s3 } = await s3Fixture();
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
    const { s3 } = await s3Fixture();
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
    const { s3 } = await s3Fixture();
    const results = await Promise.allSettled(
      Array.from({ length: 10 }, (_, index) => put(s3, 'a/first', `${index}`, { IfNoneMatch: '*' })),
    );

    const winner = results.findIndex(({ status: outcome }) => outcome === 'fulfilled');
    expect(results.filter(({ status: outcome }) => outcome === 'fulfilled')).toHaveLength(1);
    expect((await bodyOf(await get(s3, 'a/first'))).toString()).toBe(`${winner}`);
  });

  it('are copied with or without their own headers', async () => {
    const { s3 } = await s3Fixture();
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
    const { s3 } = await s3Fixture();
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
    const first = await s3Fixture();
    await put(first.s3, 'a/k', 'kept', { Metadata: { a: '1' } });
    await first.close();

    const second = await s3Fixture(first.dataDirectory);

    expect(await bodyOf(await get(second.s3, 'a/k'))).toEqual(Buffer.from('kept'));
  });
});

describe('a body', () => {
  const upload = async (
    more: Partial<sdk.PutObjectCommandInput>,
    change: (headers: Record<string, string>) => void,
  ) => {
    const { s3 } = await s3Fixture();
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

describe('a refusal', () => {
  it('names an unsupported operation', async () => {
    const { s3 } = await s3Fixture();

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
    const { s3 } = await s3Fixture();

    await expect(put(s3, 'k', 'x', more)).rejects.toMatchObject(failsWith(name, code));
  });
});

describe('the object store inside the platform', () => {
  it('reads and writes without HTTP', async () => {
    const { s3, objects, events } = await s3Fixture();
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
