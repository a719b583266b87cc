import { AwsError } from '../../contracts.ts';
import { noSuchKey } from './errors.ts';
import type { S3Dependencies, S3Request } from './operation.ts';
import type { StoredObject } from './storage/object-index.ts';

/** Which permission each operation takes (S3 user guide, "Required permissions for Amazon S3 API operations"). */

export const bucketArn = (bucket: string) => `arn:aws:s3:::${bucket}`;
export const objectArn = (bucket: string, key: string) => `arn:aws:s3:::${bucket}/${key}`;

/** @throws AwsError `AccessDenied` */
export function allowObject({ caller, bucket, key }: S3Request, action: string): void {
  caller.authorise(action, objectArn(bucket, key));
}

/**
 * Finds an object for a caller with `s3:GetObject`. Without `s3:ListBucket`, a missing key looks like a denied one. GET and HEAD
 * carry no `s3:prefix`, so a permission to list under that condition does not count.
 * @throws AwsError `AccessDenied`, `NoSuchBucket` or `NoSuchKey`
 */
export function findReadable(
  { storage }: S3Dependencies,
  request: S3Request,
  bucket: string,
  key: string,
): StoredObject {
  request.caller.authorise('s3:GetObject', objectArn(bucket, key));
  storage.requireBucket(bucket);
  const object = storage.find(bucket, key);
  if (object) return object;
  request.caller.authorise('s3:ListBucket', bucketArn(bucket));
  throw noSuchKey();
}

/** The same error with S3's name. */
export const inS3Words = (error: AwsError) =>
  error.code === 'AccessDeniedException' ? new AwsError('AccessDenied', 403, error.message) : error;
