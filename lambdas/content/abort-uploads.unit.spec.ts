import {
  AbortMultipartUploadCommand,
  ListMultipartUploadsCommand,
  NoSuchUpload,
  type S3Client,
} from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { abortUploads } from './abort-uploads.ts';

interface Upload {
  readonly Key: string;
  readonly UploadId: string;
}

/** A client of a bucket with these uploads, which lists them one by one. */
function clientOf(uploads: readonly Upload[], abort: () => void = () => {}) {
  const aborted: string[] = [];
  const send = async (command: unknown) => {
    if (command instanceof AbortMultipartUploadCommand) {
      abort();
      aborted.push(`${command.input.Key} ${command.input.UploadId}`);
      return {};
    }
    if (!(command instanceof ListMultipartUploadsCommand)) throw new Error('unexpected');
    const { Prefix = '', UploadIdMarker } = command.input;
    const matching = uploads.filter(({ Key }) => Key.startsWith(Prefix));
    const place = matching.findIndex(({ UploadId }) => UploadId === UploadIdMarker) + 1;
    const upload = matching[place];
    const next = { NextKeyMarker: upload?.Key, NextUploadIdMarker: upload?.UploadId };
    const IsTruncated = place + 1 < matching.length;
    return { Uploads: upload ? [upload] : undefined, IsTruncated, ...(IsTruncated ? next : {}) };
  };
  return { client: { send } as unknown as S3Client, aborted };
}

const uploads = [
  { Key: 'uploads/t/c', UploadId: '1' },
  { Key: 'uploads/t/c', UploadId: '2' },
  { Key: 'uploads/t/d', UploadId: '3' },
];

describe('the abortion of unfinished uploads', () => {
  it('reaches every page, and no other key', async () => {
    const { client, aborted } = clientOf(uploads);

    await abortUploads(client, 'content', 'uploads/t/c');

    expect(aborted).toEqual(['uploads/t/c 1', 'uploads/t/c 2']);
  });

  it('has nothing to do where there are none', async () => {
    const { client, aborted } = clientOf([]);

    await abortUploads(client, 'content', 'uploads/t/c');

    expect(aborted).toEqual([]);
  });

  it('goes on when an upload has ended meanwhile, and fails with any other error', async () => {
    const gone = () => {
      throw new NoSuchUpload({ message: 'gone', $metadata: {} });
    };
    const denied = () => {
      throw new Error('AccessDenied');
    };

    await expect(
      abortUploads(clientOf(uploads, gone).client, 'content', 'uploads/'),
    ).resolves.toBeUndefined();
    await expect(abortUploads(clientOf(uploads, denied).client, 'content', 'uploads/')).rejects.toThrow(
      'AccessDenied',
    );
  });
});
