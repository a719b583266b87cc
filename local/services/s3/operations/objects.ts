import type * as sdk from '@aws-sdk/client-s3';
import { allowObject, findReadable, objectArn } from '../access.ts';
import { checksumMembers } from '../body/checksums.ts';
import { invalidArgument, invalidRequest } from '../errors.ts';
import type { Reason } from '../notifications.ts';
import type { Operation, S3Dependencies, S3Request } from '../operation.ts';
import type { StoredObject, WriteCondition } from '../storage/object-index.ts';
import { rangeOf, readHead, writtenHead } from './heads.ts';

export const putObject: Operation<sdk.PutObjectCommandInput, sdk.PutObjectCommandOutput> = async (
  s3,
  request,
  input,
) => {
  allowObject(request, 's3:PutObject');
  s3.storage.requireBucket(request.bucket);
  const blob = await s3.storage.blobs.write(request.body);
  const { md5, checksum } = request.body.received;
  const object: StoredObject = {
    bucket: request.bucket,
    key: request.key,
    bytes: blob.bytes,
    etag: `"${md5}"`,
    modified: new Date(),
    head: writtenHead(input, request.headers),
    checksum: checksum && { ...checksum, type: 'FULL_OBJECT' },
    blobs: [blob],
  };
  await s3.storage.put(object, conditionOf(input));
  notifyCreated(s3, request, object, 'PutObject');
  return {
    output: { ETag: object.etag, ServerSideEncryption: 'AES256', ...checksumMembers(object.checksum) },
  };
};

export const getObject: Operation<sdk.GetObjectCommandInput, sdk.GetObjectCommandOutput> = async (
  s3,
  request,
  input,
) => {
  const object = findReadable(s3, request, request.bucket, request.key);
  const head = readHead(object, input);
  const range = rangeOf(input.Range, object.bytes);
  const { start, end } = range ?? { start: 0, end: object.bytes };
  const body = s3.storage.blobs.read(object.blobs, start, end);
  if (!range) return { output: head, body, bytes: object.bytes };
  // A checksum of the whole object does not apply to a part.
  const output = {
    ...readHead(object, { ...input, ChecksumMode: undefined }),
    ContentRange: `bytes ${start}-${end - 1}/${object.bytes}`,
  };
  return { output, status: 206, body, bytes: end - start };
};

export const headObject: Operation<sdk.HeadObjectCommandInput, sdk.HeadObjectCommandOutput> = async (
  s3,
  request,
  input,
) => {
  const object = findReadable(s3, request, request.bucket, request.key);
  const output = readHead(object, input);
  const range = rangeOf(input.Range, object.bytes);
  if (!range) return { output, bytes: object.bytes };
  const { start, end } = range;
  const ContentRange = `bytes ${start}-${end - 1}/${object.bytes}`;
  return { output: { ...output, ContentRange }, status: 206, bytes: end - start };
};

export const copyObject: Operation<sdk.CopyObjectCommandInput, sdk.CopyObjectCommandOutput> = async (
  s3,
  request,
  input,
) => {
  const source = parseCopySource(input.CopySource);
  const original = findReadable(s3, request, source.bucket, source.key);
  allowObject(request, 's3:PutObject');
  s3.storage.requireBucket(request.bucket);
  const replaces = input.MetadataDirective === 'REPLACE';
  if (!replaces && source.bucket === request.bucket && source.key === request.key) {
    throw invalidRequest('This copy request is illegal because it is trying to copy an object to itself.');
  }
  readHead(original, { IfMatch: input.CopySourceIfMatch, IfNoneMatch: input.CopySourceIfNoneMatch });
  const object: StoredObject = {
    ...original,
    bucket: request.bucket,
    key: request.key,
    modified: new Date(),
    head: replaces ? writtenHead(input, request.headers) : original.head,
    blobs: await Promise.all(original.blobs.map((blob) => s3.storage.blobs.copy(blob))),
  };
  await s3.storage.put(object, conditionOf(input));
  notifyCreated(s3, request, object, 'CopyObject');
  const CopyObjectResult = {
    ETag: object.etag,
    LastModified: object.modified,
    ...checksumMembers(object.checksum),
  };
  return { output: { CopyObjectResult, ServerSideEncryption: 'AES256' } };
};

export const deleteObject: Operation<sdk.DeleteObjectCommandInput, sdk.DeleteObjectCommandOutput> = async (
  s3,
  request,
) => {
  await remove(s3, request, request.key);
  return { output: {} };
};

/** Removes an object; a missing one is no error. */
export async function remove(s3: S3Dependencies, request: S3Request, key: string): Promise<void> {
  const { bucket, requestId, sourceIp, caller } = request;
  caller.authorise('s3:DeleteObject', objectArn(bucket, key));
  s3.storage.requireBucket(bucket);
  if (await s3.storage.remove(bucket, key)) {
    s3.notifier.publish({ bucket, key, reason: 'DeleteObject', requestId, sourceIp });
  }
}

export function notifyCreated(
  s3: S3Dependencies,
  { requestId, sourceIp }: S3Request,
  object: StoredObject,
  reason: Reason,
): void {
  const { bucket, key, bytes, etag } = object;
  s3.notifier.publish({ bucket, key, reason, requestId, sourceIp, created: { bytes, etag } });
}

export function conditionOf({
  IfMatch,
  IfNoneMatch,
}: {
  readonly IfMatch?: string | undefined;
  readonly IfNoneMatch?: string | undefined;
}): WriteCondition {
  if (IfNoneMatch !== undefined && IfNoneMatch !== '*')
    throw invalidArgument('If-None-Match of a write must be *');
  return { ifMatch: IfMatch, ifNoneMatch: IfNoneMatch };
}

/** `bucket/key`, URL-encoded, with or without a slash before it. */
function parseCopySource(copySource: string | undefined): { bucket: string; key: string } {
  const [, bucket, key] = /^\/?([^/]+)\/(.+)$/s.exec(decoded(copySource ?? '')) ?? [];
  if (!bucket || !key)
    throw invalidArgument('Copy Source must mention the source bucket and key: bucket/key');
  return { bucket, key };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalidArgument('Copy Source must be URL-encoded');
  }
}
