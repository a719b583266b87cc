import { S3Client } from '@aws-sdk/client-s3';
import { limits } from '@nova/shared/limits';
import { describe, expect, it } from 'vitest';
import { s3UploadAddresses } from './upload-addresses.ts';

/** As the function's client: without a checksum of a body that does not exist yet. */
const client = new S3Client({
  region: 'us-east-1',
  credentials: { accessKeyId: 'AKID', secretAccessKey: 'secret' },
  requestChecksumCalculation: 'WHEN_REQUIRED',
});
const addresses = s3UploadAddresses(client, 'content');

const signedHeaders = (url: string) => new URL(url).searchParams.get('X-Amz-SignedHeaders')?.split(';');

describe('the address of an upload', () => {
  it('signs the length of the file, and takes no header that clients set by themselves', async () => {
    const { url, headers } = await addresses.single('key', {
      type: 'text/plain',
      bytes: 5,
      sha256: 'sum',
    });

    expect(signedHeaders(url)).toEqual([
      ...['content-length', 'content-type', 'host', 'if-none-match', 'x-amz-checksum-sha256'],
    ]);
    expect(Object.keys(headers).sort()).toEqual(['content-type', 'if-none-match', 'x-amz-checksum-sha256']);
  });

  it('signs the length of each part', async () => {
    const parts = await addresses.parts('key', 'upload', 2 * limits.uploadPartBytes + 1);

    expect(parts.map(({ partNumber }) => partNumber)).toEqual([1, 2, 3]);
    for (const { url } of parts) expect(signedHeaders(url)).toEqual(['content-length', 'host']);
  });
});
