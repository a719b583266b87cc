import { randomBytes } from 'node:crypto';
import * as sdk from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { Bucket, bodyOf, failsWith, get, s3Fixture } from './testing/s3-fixture.ts';

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
    const { s3, events } = await s3Fixture();
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
    const { s3 } = await s3Fixture();
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
    const { s3 } = await s3Fixture();
    const { upload, part } = await begin(s3);
    await part(1, randomBytes(10));
    await s3.send(new sdk.AbortMultipartUploadCommand(upload));

    await expect(part(2, randomBytes(10))).rejects.toMatchObject(failsWith('NoSuchUpload', 404));
    await expect(get(s3, 'a/big')).rejects.toMatchObject(failsWith('NoSuchKey', 404));
  });

  it('are listed by prefix, page by page, until they end', async () => {
    const { s3, reader } = await s3Fixture();
    const keys = ['a/1', 'a/2', 'a/2', 'b/1'];
    const begun = await Promise.all(
      keys.map((Key) => s3.send(new sdk.CreateMultipartUploadCommand({ Bucket, Key }))),
    );
    const list = (more: Partial<sdk.ListMultipartUploadsCommandInput> = {}) =>
      s3.send(new sdk.ListMultipartUploadsCommand({ Bucket, Prefix: 'a/', ...more }));
    const first = await list({ MaxUploads: 2 });
    const second = await list({
      KeyMarker: first.NextKeyMarker,
      UploadIdMarker: first.NextUploadIdMarker,
    });
    const { Uploads: afterKey } = await list({ KeyMarker: 'a/1' });

    expect([first, second].map(({ IsTruncated }) => IsTruncated)).toEqual([true, false]);
    const listed = [first, second].flatMap(({ Uploads = [] }) => Uploads);
    expect(listed.map(({ Key }) => Key)).toEqual(['a/1', 'a/2', 'a/2']);
    expect(new Set(listed.map(({ UploadId }) => UploadId))).toEqual(
      new Set(begun.slice(0, 3).map(({ UploadId }) => UploadId)),
    );
    expect(afterKey?.map(({ Key }) => Key)).toEqual(['a/2', 'a/2']);
    for (const { Key, UploadId } of listed) {
      await s3.send(new sdk.AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
    }
    expect((await list()).Uploads ?? []).toEqual([]);
    await expect(
      reader.send(new sdk.ListMultipartUploadsCommand({ Bucket, Prefix: 'a/' })),
    ).rejects.toMatchObject(failsWith('AccessDenied', 403));
  });
});
