import type { IncomingHttpHeaders } from 'node:http';
import { AwsError } from '../../../contracts.ts';
import { checksumMembers } from '../body/checksums.ts';
import { invalidRange, notModified, preconditionFailed } from '../errors.ts';
import type { ObjectHead, StoredObject } from '../storage/object-index.ts';

/** Bytes of all user metadata (S3 user guide, "Working with object metadata"). */
const maxMetadata = 2048;

/**
 * The metadata that a request gives to the object it writes.
 * @throws AwsError `MetadataTooLarge`
 */
export function writtenHead(input: ObjectHead, headers: IncomingHttpHeaders): ObjectHead {
  const {
    ContentType,
    ContentDisposition,
    ContentLanguage,
    CacheControl,
    ExpiresString,
    Metadata = {},
  } = input;
  const bytes = Object.entries(Metadata).flat().join('').length;
  if (bytes > maxMetadata) {
    throw new AwsError(
      'MetadataTooLarge',
      400,
      'Your metadata headers exceed the maximum allowed metadata size',
    );
  }
  return {
    // A presigned upload's type is signed as a header; the shapes know it as one too.
    ContentType: ContentType ?? headers['content-type'],
    ContentDisposition,
    ContentEncoding:
      input.ContentEncoding?.split(/\s*,\s*/)
        .filter((coding) => coding !== 'aws-chunked')
        .join(',') || undefined,
    ContentLanguage,
    CacheControl,
    ExpiresString,
    Metadata,
  };
}

interface ReadRequest {
  readonly IfMatch?: string | undefined;
  readonly IfNoneMatch?: string | undefined;
  readonly IfModifiedSince?: Date | undefined;
  readonly IfUnmodifiedSince?: Date | undefined;
  readonly ChecksumMode?: string | undefined;
  readonly ResponseCacheControl?: string | undefined;
  readonly ResponseContentDisposition?: string | undefined;
  readonly ResponseContentEncoding?: string | undefined;
  readonly ResponseContentLanguage?: string | undefined;
  readonly ResponseContentType?: string | undefined;
}

/**
 * The metadata of an object for a read, if the read's conditions hold (RFC 9110, section 13.2.2).
 * @throws AwsError `PreconditionFailed` or `NotModified`
 */
export function readHead(object: StoredObject, request: ReadRequest) {
  checkConditions(object, request);
  const { head, etag, modified, checksum } = object;
  return {
    ...head,
    ContentType: request.ResponseContentType ?? head.ContentType ?? 'binary/octet-stream',
    ContentDisposition: request.ResponseContentDisposition ?? head.ContentDisposition,
    ContentEncoding: request.ResponseContentEncoding ?? head.ContentEncoding,
    ContentLanguage: request.ResponseContentLanguage ?? head.ContentLanguage,
    CacheControl: request.ResponseCacheControl ?? head.CacheControl,
    ETag: etag,
    LastModified: modified,
    AcceptRanges: 'bytes',
    ServerSideEncryption: 'AES256' as const,
    ...(request.ChecksumMode === 'ENABLED' ? checksumMembers(checksum) : {}),
  };
}

function checkConditions({ etag, modified }: StoredObject, request: ReadRequest): void {
  const { IfMatch, IfNoneMatch, IfModifiedSince, IfUnmodifiedSince } = request;
  // HTTP dates have no milliseconds.
  const seconds = Math.floor(modified.getTime() / 1000) * 1000;
  if (IfMatch !== undefined) {
    if (!matches(IfMatch, etag)) throw preconditionFailed('If-Match');
  } else if (IfUnmodifiedSince && seconds > IfUnmodifiedSince.getTime()) {
    throw preconditionFailed('If-Unmodified-Since');
  }
  if (IfNoneMatch !== undefined) {
    if (matches(IfNoneMatch, etag)) throw notModified();
  } else if (IfModifiedSince && seconds <= IfModifiedSince.getTime()) throw notModified();
}

const matches = (condition: string, etag: string) =>
  condition
    .split(',')
    .some((one) => one.trim() === '*' || one.trim().replaceAll('"', '') === etag.replaceAll('"', ''));

export interface ByteRange {
  readonly start: number;
  /** After the last. */
  readonly end: number;
}

/**
 * The requested part of an object (RFC 9110, section 14.2).
 * @returns undefined for all of it; a header S3 does not understand means that too
 * @throws AwsError `InvalidRange`
 */
export function rangeOf(header: string | undefined, bytes: number): ByteRange | undefined {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
  if (first === undefined || last === undefined || (first === '' && last === '')) return undefined;
  if (first === '') {
    if (Number(last) === 0 || bytes === 0) throw invalidRange();
    return { start: Math.max(0, bytes - Number(last)), end: bytes };
  }
  if (last !== '' && Number(last) < Number(first)) return undefined;
  if (Number(first) >= bytes) throw invalidRange();
  return { start: Number(first), end: last === '' ? bytes : Math.min(Number(last) + 1, bytes) };
}
