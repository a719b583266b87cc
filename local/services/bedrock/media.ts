import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import type { Caller, ObjectStore } from '../../contracts.ts';
import { invalid } from './errors.ts';
import { isRecord } from './json.ts';

/** Media that a request carries, or names in S3. */
export interface MediaSource {
  readonly bytes?: Uint8Array | undefined;
  readonly s3Location?:
    | { readonly uri?: string | undefined; readonly bucketOwner?: string | undefined }
    | undefined;
}

/** Bytes of media in a request, and through S3. Amazon Nova user guide: 25 MB and 1 GB. */
const mostInline = 25 * 1024 ** 2;
const mostInS3 = 1024 ** 3;

/** Reads the media of requests from S3, with the caller's permissions. */
export class MediaReader {
  readonly #objects: ObjectStore;
  readonly #accountId: string;

  constructor(objects: ObjectStore, accountId: string) {
    this.#objects = objects;
    this.#accountId = accountId;
  }

  /**
   * Hands the media to `use` as bytes or, from S3, as the path of a temporary file: a video may be larger than memory.
   * @throws AwsError `ValidationException` for a source that cannot be read, `AccessDeniedException` for one the caller
   *   may not read
   */
  async withFile<T>(
    source: MediaSource,
    caller: Caller,
    use: (file: Uint8Array | string) => Promise<T>,
  ): Promise<T> {
    if (source.bytes) return use(inline(source.bytes));
    const object = await this.#open(source, caller);
    const folder = await mkdtemp(join(tmpdir(), 'nova-media-'));
    try {
      const path = join(folder, 'media');
      await pipeline(object.body, createWriteStream(path));
      return await use(path);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  /** All bytes of the media, which must be small enough to be carried by a request. */
  async read(source: MediaSource, caller: Caller): Promise<Uint8Array> {
    if (source.bytes) return inline(source.bytes);
    const object = await this.#open(source, caller);
    if (object.bytes > mostInline) {
      object.body.destroy();
      throw invalid(`source.s3Location.uri: ${object.bytes} bytes; at most ${mostInline}`);
    }
    return buffer(object.body);
  }

  async #open({ s3Location }: MediaSource, caller: Caller) {
    const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/su.exec(s3Location?.uri ?? '') ?? [];
    if (!bucket || !key) throw invalid('source: give bytes, or s3Location.uri of the form s3://bucket/key');
    const owner = s3Location?.bucketOwner;
    if (owner !== undefined && owner !== this.#accountId) {
      throw invalid(`source.s3Location.bucketOwner: bucket ${bucket} does not belong to account ${owner}`);
    }
    caller.authorise('s3:GetObject', `arn:aws:s3:::${bucket}/${key}`);
    const object = await this.#objects.read(bucket, key);
    if (!object) throw invalid(`source.s3Location.uri: there is no object ${s3Location?.uri}`);
    if (object.bytes > mostInS3) {
      object.body.destroy();
      throw invalid(`source.s3Location.uri: ${object.bytes} bytes; at most ${mostInS3}`);
    }
    return object;
  }
}

function inline(bytes: Uint8Array): Uint8Array {
  if (bytes.length === 0) throw invalid('source.bytes: must not be empty');
  if (bytes.length > mostInline) throw invalid(`source.bytes: ${bytes.length} bytes; at most ${mostInline}`);
  return bytes;
}

/**
 * A source as InvokeModel's JSON writes it, its bytes base64.
 * @throws AwsError `ValidationException`
 */
export function base64Source({ bytes, s3Location }: Record<string, unknown>): MediaSource {
  if (bytes !== undefined && typeof bytes !== 'string') throw invalid('source.bytes: must be base64');
  const uri = isRecord(s3Location) ? s3Location.uri : undefined;
  const bucketOwner = isRecord(s3Location) ? s3Location.bucketOwner : undefined;
  return {
    bytes: bytes === undefined ? undefined : Buffer.from(bytes, 'base64'),
    s3Location: { uri: asText(uri), bucketOwner: asText(bucketOwner) },
  };
}

const asText = (value: unknown) => (typeof value === 'string' ? value : undefined);
