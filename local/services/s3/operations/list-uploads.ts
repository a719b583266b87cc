import type * as sdk from '@aws-sdk/client-s3';
import { bucketArn } from '../access.ts';
import { notImplemented } from '../errors.ts';
import type { Operation } from '../operation.ts';

/** Uploads on one page, at most (S3 API reference, ListMultipartUploads). */
const maxUploads = 1000;

/** Lists multipart uploads that are neither completed nor aborted. */
export const listMultipartUploads: Operation<
  sdk.ListMultipartUploadsCommandInput,
  sdk.ListMultipartUploadsCommandOutput
> = async ({ storage }, { caller, bucket }, input) => {
  caller.authorise('s3:ListBucketMultipartUploads', bucketArn(bucket));
  storage.requireBucket(bucket);
  const { Prefix = '', KeyMarker = '', UploadIdMarker = '', Delimiter, EncodingType } = input;
  if (Delimiter || EncodingType) {
    throw notImplemented('a list of uploads with a delimiter or an encoding of keys');
  }
  const MaxUploads = Math.min(input.MaxUploads ?? maxUploads, maxUploads);
  const after = storage.uploads.list(bucket, Prefix, { key: KeyMarker, id: UploadIdMarker });
  const page = after.slice(0, MaxUploads);
  const last = page.at(-1);
  return {
    output: {
      Bucket: bucket,
      Prefix,
      KeyMarker,
      UploadIdMarker,
      MaxUploads,
      IsTruncated: after.length > page.length,
      ...(last && after.length > page.length ? { NextKeyMarker: last.key, NextUploadIdMarker: last.id } : {}),
      Uploads: page.map(({ key, id, started }) => ({
        Key: key,
        UploadId: id,
        Initiated: started,
        StorageClass: 'STANDARD' as const,
      })),
    },
  };
};
