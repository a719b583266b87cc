import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type S3Client,
  S3ServiceException,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { CompleteUploadRequest, MultipartUpload } from '@nova/shared/api/content';
import { limits } from '@nova/shared/limits';
import type { MediaType, unknownType } from '@nova/shared/media-types';
import { DomainError } from '../../domain/errors.ts';
import { InvalidRequestError } from '../../http/problem.ts';

/**
 * Presigned addresses for uploads, so that files never pass through a function. Each signs `content-length`: S3 refuses a body
 * of any other size (403, `SignatureDoesNotMatch`), so a small registration cannot store a large file. Source: S3 API reference,
 * "Authenticating Requests: Using Query Parameters" (`X-Amz-SignedHeaders`). Not tried on AWS.
 */
export interface UploadAddresses {
  /**
   * The address of a whole file. It takes one file, once: a second PUT would change a file that was already checked, so
   * `If-None-Match: *` is part of the signature and S3 refuses it (412).
   * @returns the headers to send besides `content-length`, which HTTP clients set from the body: browsers let no page set it
   * (Fetch standard, "forbidden request-header")
   */
  single(key: string, file: UploadedFile): Promise<{ url: string; headers: Record<string, string> }>;
  /** @returns the id of a multipart upload */
  begin(key: string, type: MediaType | typeof unknownType): Promise<string>;
  parts(key: string, uploadId: string, bytes: number): Promise<MultipartUpload['parts']>;
  /**
   * Puts the parts together; doing so again changes nothing.
   * @throws InvalidRequestError when they are not what was uploaded, DomainError `conflict` when S3 has no such upload
   */
  complete(key: string, uploadId: string, parts: CompleteUploadRequest['parts']): Promise<void>;
}

/** A registered file. */
export interface UploadedFile {
  readonly type: MediaType | typeof unknownType;
  readonly bytes: number;
  /** Base64, where it is known: S3 refuses other bytes. */
  readonly sha256: string | undefined;
}

/** S3's refusals of a list of parts. */
const partFaults = new Set(['InvalidPart', 'InvalidPartOrder', 'EntityTooSmall']);

export function s3UploadAddresses(client: S3Client, bucket: string): UploadAddresses {
  const expiresIn = limits.uploadExpirySeconds;
  return {
    async single(key, { type, bytes, sha256 }) {
      const checksum = sha256 ? { 'x-amz-checksum-sha256': sha256 } : {};
      const headers = { 'content-type': type, 'if-none-match': '*', ...checksum };
      const command = new PutObjectCommand({
        Bucket: bucket,
        Key: key,
        ContentType: type,
        ContentLength: bytes,
        IfNoneMatch: '*',
        ChecksumSHA256: sha256,
      });
      const url = await getSignedUrl(client, command, {
        expiresIn,
        // The presigner leaves `content-type` unsigned unless it is listed here.
        signableHeaders: new Set([...Object.keys(headers), 'content-length', 'host']),
        unhoistableHeaders: new Set(['if-none-match', ...Object.keys(checksum)]),
      });
      return { url, headers };
    },

    async begin(key, type) {
      const command = new CreateMultipartUploadCommand({ Bucket: bucket, Key: key, ContentType: type });
      const { UploadId } = await client.send(command);
      if (!UploadId) throw new Error('S3 began an upload without a name');
      return UploadId;
    },

    async parts(key, uploadId, bytes) {
      const count = Math.ceil(bytes / limits.uploadPartBytes);
      const numbers = Array.from({ length: count }, (_, place) => place + 1);
      return Promise.all(
        numbers.map(async (partNumber) => {
          const command = new UploadPartCommand({
            Bucket: bucket,
            Key: key,
            UploadId: uploadId,
            PartNumber: partNumber,
            ContentLength: partLength(partNumber, bytes),
          });
          return { partNumber, url: await getSignedUrl(client, command, { expiresIn }) };
        }),
      );
    },

    async complete(key, uploadId, parts) {
      const inOrder = [...parts].sort((a, b) => a.partNumber - b.partNumber);
      const Parts = inOrder.map(({ partNumber, etag }) => ({ PartNumber: partNumber, ETag: etag }));
      const command = new CompleteMultipartUploadCommand({
        Bucket: bucket,
        Key: key,
        UploadId: uploadId,
        MultipartUpload: { Parts },
        IfNoneMatch: '*',
      });
      try {
        await client.send(command);
      } catch (error) {
        if (!(error instanceof S3ServiceException)) throw error;
        if (partFaults.has(error.name)) {
          throw new InvalidRequestError([
            { field: 'parts', message: `are not those that were uploaded: ${error.message}` },
          ]);
        }
        if (error.name !== 'NoSuchUpload' && error.name !== 'PreconditionFailed') throw error;
        if (!(await isThere(client, bucket, key))) throw uploadGone(error);
      }
    },
  };
}

/** Bytes of a part: the last one is the rest of the file. */
const partLength = (partNumber: number, bytes: number) =>
  Math.min(limits.uploadPartBytes, bytes - (partNumber - 1) * limits.uploadPartBytes);

/** An earlier attempt may have put the parts together: then the upload is gone, and the file exists. */
async function isThere(client: S3Client, bucket: string, key: string): Promise<boolean> {
  try {
    await client.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
    return true;
  } catch (error) {
    if (error instanceof S3ServiceException && error.name === 'NotFound') return false;
    throw error;
  }
}

const uploadGone = (cause: Error) =>
  new DomainError('conflict', 'The upload is no longer there: register the file again with POST /content.', {
    cause,
  });
