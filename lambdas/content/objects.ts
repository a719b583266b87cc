import type { Readable } from 'node:stream';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  NoSuchKey,
  NotFound,
  PutObjectCommand,
  paginateListObjectsV2,
  S3Client,
} from '@aws-sdk/client-s3';
import type { StreamId } from '@nova/shared/events/index';
import { resultsOf, uploadKey } from '@nova/shared/objects';
import { timeLimits } from '../runtime/clients.ts';
import { tracer } from '../runtime/instrumentation.ts';
import { abortUploads } from './abort-uploads.ts';
import { type ObjectWriter, s3ObjectWriter } from './object-writer.ts';

export interface ObjectHead {
  readonly bytes: number;
  readonly etag: string;
}

/** The content bucket. */
export interface ContentObjects {
  readonly bucket: string;
  /** @returns undefined when there is no such object */
  head(key: string): Promise<ObjectHead | undefined>;
  /** The bytes of an object as a stream. */
  stream(key: string): Promise<Readable>;
  /**
   * The first bytes of an object, at most `count`.
   * @returns undefined when there is no such object
   */
  start(key: string, count: number): Promise<Uint8Array | undefined>;
  /** Bytes of an object from `from` up to, not including, `to`; fewer where it ends before. */
  range(key: string, from: number, to: number): Promise<Uint8Array>;
  /** @returns undefined when there is no such object */
  readJson(key: string): Promise<unknown>;
  writeJson(key: string, value: unknown): Promise<void>;
  /** Writes an object piece by piece. */
  writer(key: string, contentType: string): Promise<ObjectWriter>;
  /** Deletes every object whose key starts with a prefix. */
  deletePrefix(prefix: string): Promise<void>;
  /** Aborts every unfinished multipart upload whose key starts with a prefix, so that no part arrives any more. */
  abortUploads(prefix: string): Promise<void>;
  delete(key: string): Promise<void>;
}

/**
 * The S3 client, traced. Its time limits apply to the connection and to the start of a response, not to a whole object. It adds
 * no checksum by default, which would become part of presigned addresses, computed over a body that does not exist yet.
 */
export function s3Client(): S3Client {
  return tracer.captureAWSv3Client(
    new S3Client({ requestHandler: timeLimits(10_000), requestChecksumCalculation: 'WHEN_REQUIRED' }),
  );
}

export function contentObjects(client: S3Client, bucket: string): ContentObjects {
  const get = async (key: string, range?: string) => {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key, Range: range }));
    if (!Body) throw new Error(`S3 returned no body for ${key}`);
    return Body;
  };
  const remove = async (key: string) => {
    await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
  };
  return {
    bucket,
    delete: remove,
    async head(key) {
      try {
        const head = await client.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
        return { bytes: head.ContentLength ?? 0, etag: head.ETag ?? '' };
      } catch (error) {
        if (error instanceof NotFound) return undefined;
        throw error;
      }
    },
    async stream(key) {
      return (await get(key)) as Readable;
    },
    start: (key, count) =>
      unlessMissing(async () => (await get(key, `bytes=0-${count - 1}`)).transformToByteArray()),
    async range(key, from, to) {
      return (await get(key, `bytes=${from}-${to - 1}`)).transformToByteArray();
    },
    readJson: (key) => unlessMissing(async () => JSON.parse(await (await get(key)).transformToString())),
    async writeJson(key, value) {
      await client.send(
        new PutObjectCommand({
          Bucket: bucket,
          Key: key,
          Body: JSON.stringify(value),
          ContentType: 'application/json',
        }),
      );
    },
    writer: (key, contentType) => s3ObjectWriter(client, { Bucket: bucket, Key: key }, contentType),
    async deletePrefix(prefix) {
      for await (const page of paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix })) {
        for (const { Key } of page.Contents ?? []) if (Key) await remove(Key);
      }
    },
    abortUploads: (prefix) => abortUploads(client, bucket, prefix),
  };
}

/** @returns undefined when the object that is read does not exist */
export async function unlessMissing<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof NoSuchKey) return undefined;
    throw error;
  }
}

/**
 * Deletes a content item's file and everything made of it, then aborts unfinished uploads. An upload that completes between the
 * two makes a file, which is deleted when S3 reports it.
 */
export async function eraseFiles(objects: ContentObjects, { tenant, id }: StreamId): Promise<void> {
  for (const prefix of [uploadKey(tenant, id), resultsOf(tenant, id)]) {
    await objects.deletePrefix(prefix);
    await objects.abortUploads(prefix);
  }
}
