import { createHash } from 'node:crypto';
import type * as sdk from '@aws-sdk/client-s3';
import { AwsError } from '../../../contracts.ts';
import { allowObject } from '../access.ts';
import {
  type Algorithm,
  checksumMember,
  checksumMembers,
  hasherOf,
  isAlgorithm,
  type ObjectChecksum,
} from '../body/checksums.ts';
import { invalidArgument, invalidRequest } from '../errors.ts';
import type { Operation, S3Dependencies, S3Request } from '../operation.ts';
import type { StoredObject } from '../storage/object-index.ts';
import type { Part, Upload } from '../storage/uploads.ts';
import { writtenHead } from './heads.ts';
import { conditionOf, notifyCreated } from './objects.ts';

/** Parts but the last must have 5 MiB, and there may be 10,000 (S3 user guide, "Multipart upload limits"). */
const minPartBytes = 5 * 1024 ** 2;
const maxParts = 10_000;

export const createMultipartUpload: Operation<
  sdk.CreateMultipartUploadCommandInput,
  sdk.CreateMultipartUploadCommandOutput
> = async ({ storage }, request, input) => {
  allowObject(request, 's3:PutObject');
  const { bucket, key } = request;
  storage.requireBucket(bucket);
  const algorithm = readAlgorithm(input.ChecksumAlgorithm);
  const upload = storage.uploads.start({ bucket, key, algorithm, head: writtenHead(input, request.headers) });
  return {
    output: {
      Bucket: bucket,
      Key: key,
      UploadId: upload.id,
      ServerSideEncryption: 'AES256',
      ...(algorithm ? { ChecksumAlgorithm: input.ChecksumAlgorithm, ChecksumType: 'COMPOSITE' } : {}),
    },
  };
};

function readAlgorithm(name: string | undefined): Algorithm | undefined {
  const algorithm = name?.toLowerCase();
  if (algorithm === undefined || isAlgorithm(algorithm)) return algorithm;
  throw invalidRequest(`The checksum algorithm ${name} is not known`);
}

export const uploadPart: Operation<sdk.UploadPartCommandInput, sdk.UploadPartCommandOutput> = async (
  { storage },
  request,
  { UploadId, PartNumber },
) => {
  allowObject(request, 's3:PutObject');
  const upload = uploadOf(storage, request, UploadId);
  if (PartNumber === undefined || !Number.isInteger(PartNumber) || PartNumber < 1 || PartNumber > maxParts) {
    throw invalidArgument(`Part number must be an integer between 1 and ${maxParts}, inclusive`);
  }
  const blob = await storage.blobs.write(request.body);
  const { bytes, md5, checksum } = request.body.received;
  const kept = checksum?.algorithm === upload.algorithm ? checksum?.value : undefined;
  await storage.putPart(upload, {
    number: PartNumber,
    bytes,
    md5,
    checksum: kept,
    blob,
    modified: new Date(),
  });
  return {
    output: {
      ETag: `"${md5}"`,
      ServerSideEncryption: 'AES256',
      ...(checksum ? { [checksumMember(checksum.algorithm)]: checksum.value } : {}),
    },
  };
};

export const completeMultipartUpload: Operation<
  sdk.CompleteMultipartUploadCommandInput,
  sdk.CompleteMultipartUploadCommandOutput
> = async (s3, request, input) => {
  allowObject(request, 's3:PutObject');
  const upload = uploadOf(s3.storage, request, input.UploadId);
  const parts = choose(s3.storage.uploads.parts(upload.id), input.MultipartUpload?.Parts ?? []);
  const digests = Buffer.concat(parts.map(({ md5 }) => Buffer.from(md5, 'hex')));
  const object: StoredObject = {
    bucket: upload.bucket,
    key: upload.key,
    bytes: parts.reduce((sum, { bytes }) => sum + bytes, 0),
    etag: `"${createHash('md5').update(digests).digest('hex')}-${parts.length}"`,
    modified: new Date(),
    head: upload.head,
    checksum: await compositeChecksum(upload.algorithm, parts),
    blobs: parts.map(({ blob }) => blob),
  };
  await s3.storage.complete(upload, object, conditionOf(input));
  notifyCreated(s3, request, object, 'CompleteMultipartUpload');
  return {
    output: {
      Location: `/${object.bucket}/${object.key}`,
      Bucket: object.bucket,
      Key: object.key,
      ETag: object.etag,
      ServerSideEncryption: 'AES256',
      ...checksumMembers(object.checksum),
    },
  };
};

/** The parts a completion names, in its order. */
function choose(stored: readonly Part[], named: readonly sdk.CompletedPart[]): Part[] {
  if (named.length === 0) throw new AwsError('MalformedXML', 400, 'You must specify at least one part');
  const byNumber = new Map(stored.map((part) => [part.number, part]));
  const parts = named.map(({ PartNumber, ETag }) => {
    const part = byNumber.get(PartNumber ?? 0);
    if (part && ETag?.replaceAll('"', '') === part.md5) return part;
    throw new AwsError('InvalidPart', 400, `Part ${PartNumber} was not uploaded, or its ETag is another`);
  });
  for (const [index, part] of parts.entries()) {
    const next = parts[index + 1];
    if (next && next.number <= part.number) {
      throw new AwsError('InvalidPartOrder', 400, 'The list of parts was not in ascending order.');
    }
    if (next && part.bytes < minPartBytes) {
      throw new AwsError(
        'EntityTooSmall',
        400,
        'Your proposed upload is smaller than the minimum allowed size',
      );
    }
  }
  return parts;
}

/** The checksum of the parts' checksums, where every part has one. */
async function compositeChecksum(
  algorithm: Algorithm | undefined,
  parts: readonly Part[],
): Promise<ObjectChecksum | undefined> {
  const checksums = parts.flatMap(({ checksum }) => (checksum === undefined ? [] : [checksum]));
  if (!algorithm || checksums.length < parts.length) return undefined;
  const hasher = hasherOf(algorithm);
  for (const checksum of checksums) hasher.update(Buffer.from(checksum, 'base64'));
  const value = Buffer.from(await hasher.digest()).toString('base64');
  return { algorithm, value: `${value}-${parts.length}`, type: 'COMPOSITE' };
}

export const abortMultipartUpload: Operation<
  sdk.AbortMultipartUploadCommandInput,
  sdk.AbortMultipartUploadCommandOutput
> = async ({ storage }, request, { UploadId }) => {
  allowObject(request, 's3:AbortMultipartUpload');
  await storage.abort(uploadOf(storage, request, UploadId));
  return { output: {} };
};

export const listParts: Operation<sdk.ListPartsCommandInput, sdk.ListPartsCommandOutput> = async (
  { storage },
  request,
  { UploadId, MaxParts = 1000, PartNumberMarker = '0' },
) => {
  allowObject(request, 's3:ListMultipartUploadParts');
  const upload = uploadOf(storage, request, UploadId);
  const after = storage.uploads.parts(upload.id).filter(({ number }) => number > Number(PartNumberMarker));
  const page = after.slice(0, MaxParts);
  return {
    output: {
      Bucket: upload.bucket,
      Key: upload.key,
      UploadId: upload.id,
      MaxParts,
      PartNumberMarker,
      IsTruncated: after.length > page.length,
      NextPartNumberMarker: page.at(-1)?.number.toString(),
      Parts: page.map(({ number, bytes, md5, modified }) => ({
        PartNumber: number,
        Size: bytes,
        ETag: `"${md5}"`,
        LastModified: modified,
      })),
    },
  };
};

function uploadOf(
  storage: S3Dependencies['storage'],
  { bucket, key }: S3Request,
  id: string | undefined,
): Upload {
  storage.requireBucket(bucket);
  return storage.uploads.get(id ?? '', bucket, key);
}
