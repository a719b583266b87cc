import type { IncomingHttpHeaders } from 'node:http';
import { AwsError } from '../../contracts.ts';
import { notImplemented } from './errors.ts';

/** The address of a request, path style: `/<bucket>/<key>`. */
export interface Address {
  readonly bucket: string;
  readonly key: string;
}

/** UTF-8 bytes of a key (S3 user guide, "Naming Amazon S3 objects"). */
const maxKeyBytes = 1024;

/** @throws AwsError `InvalidURI` or `KeyTooLongError` */
export function parseAddress(pathname: string): Address {
  const [, bucket = '', ...rest] = pathname.split('/');
  const address = { bucket: decoded(bucket), key: decoded(rest.join('/')) };
  if (Buffer.byteLength(address.key) <= maxKeyBytes) return address;
  throw new AwsError('KeyTooLongError', 400, 'Your key is too long');
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new AwsError('InvalidURI', 400, "Couldn't parse the specified URI.");
  }
}

/** Query parameters that choose an operation the local S3 does not have: those of settings and sub-resources. */
const others = [
  'accelerate acl analytics attributes cors encryption intelligent-tiering inventory legal-hold lifecycle logging',
  'metrics notification object-lock ownershipControls policy policyStatus publicAccessBlock replication',
  'requestPayment restore retention select tagging torrent uploads versioning versions website',
]
  .join(' ')
  .split(' ');

/**
 * Name of the operation a request is for.
 * @throws AwsError `NotImplemented` for one the local S3 does not have, naming it
 */
export function operationOf(
  method: string,
  { bucket, key }: Address,
  query: URLSearchParams,
  headers: IncomingHttpHeaders,
): string {
  const operation = key ? objectOperation(method, query, headers) : bucketOperation(method, bucket, query);
  if (operation) return operation;
  const what = others.find((name) => query.has(name));
  throw notImplemented(`${method} ${key ? 'on an object' : 'on a bucket'}${what ? ` with ?${what}` : ''}`);
}

function bucketOperation(method: string, bucket: string, query: URLSearchParams): string | undefined {
  if (!bucket) return method === 'GET' ? 'ListBuckets' : undefined;
  if (method === 'POST' && query.has('delete')) return 'DeleteObjects';
  if (method === 'GET' && query.has('location')) return 'GetBucketLocation';
  if (method === 'GET' && query.has('uploads')) return 'ListMultipartUploads';
  if (others.some((name) => query.has(name))) return undefined;
  if (method === 'GET') return query.get('list-type') === '2' ? 'ListObjectsV2' : undefined;
  return method === 'HEAD' ? 'HeadBucket' : undefined;
}

function objectOperation(
  method: string,
  query: URLSearchParams,
  headers: IncomingHttpHeaders,
): string | undefined {
  if (method === 'POST' && query.has('uploads')) return 'CreateMultipartUpload';
  if (query.has('uploadId')) return uploadOperation(method, headers);
  if (others.some((name) => query.has(name))) return undefined;
  if (method === 'PUT') return headers['x-amz-copy-source'] ? 'CopyObject' : 'PutObject';
  return { GET: 'GetObject', HEAD: 'HeadObject', DELETE: 'DeleteObject' }[method];
}

function uploadOperation(method: string, headers: IncomingHttpHeaders): string | undefined {
  if (method === 'PUT') return headers['x-amz-copy-source'] ? undefined : 'UploadPart';
  return { GET: 'ListParts', POST: 'CompleteMultipartUpload', DELETE: 'AbortMultipartUpload' }[method];
}
