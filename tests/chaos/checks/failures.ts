import {
  DeleteObjectCommand,
  GetObjectCommand,
  paginateListObjectsV2,
  type S3Client,
} from '@aws-sdk/client-s3';
import { discardedPrefix, QuarantinedCommit, quarantinePrefix } from '@nova/shared/operations';
import { eventId } from '@nova/shared/tables';
import { parseStream } from './store-contents.ts';

/** A commit in the failure destination. */
export interface Failure {
  /** Key of its stream. */
  readonly stream: string;
  readonly version: number;
  /** Absent in batches that Lambda discarded, which have no reason. */
  readonly reason?: string;
  /** Key of the object that contains it. */
  readonly objectKey: string;
}

/** The failure destination: commits that the projector quarantined, and batches that Lambda discarded. */
export class Failures {
  readonly #client: S3Client;
  readonly #bucket: string;
  /** An object never changes, so it is read once. */
  readonly #known = new Map<string, readonly Failure[]>();

  constructor(client: S3Client, bucket: string) {
    this.#client = client;
    this.#bucket = bucket;
  }

  async all(): Promise<Failure[]> {
    const pages = paginateListObjectsV2({ client: this.#client }, { Bucket: this.#bucket });
    const failures: Failure[] = [];
    for await (const { Contents = [] } of pages) {
      for (const { Key = '' } of Contents) failures.push(...(await this.#read(Key)));
    }
    return failures;
  }

  /** Ids of the first events of all its commits. */
  async ids(): Promise<ReadonlySet<string>> {
    return new Set((await this.all()).map(({ stream, version }) => eventId(parseStream(stream), version)));
  }

  async remove(objectKey: string): Promise<void> {
    await this.#client.send(new DeleteObjectCommand({ Bucket: this.#bucket, Key: objectKey }));
  }

  async #read(objectKey: string): Promise<readonly Failure[]> {
    const known = this.#known.get(objectKey);
    if (known) return known;
    const { Body } = await this.#client.send(new GetObjectCommand({ Bucket: this.#bucket, Key: objectKey }));
    const failures = failuresOf(objectKey, JSON.parse((await Body?.transformToString()) ?? 'null'));
    this.#known.set(objectKey, failures);
    return failures;
  }
}

/** @throws Error for an object of an unknown kind */
function failuresOf(objectKey: string, content: unknown): Failure[] {
  if (objectKey.startsWith(quarantinePrefix)) {
    const { stream, version, reason } = QuarantinedCommit.parse(content);
    return [{ stream, version, reason, objectKey }];
  }
  if (!objectKey.startsWith(discardedPrefix)) throw new Error(`What is ${objectKey} in the failure bucket?`);
  const { payload } = content as { payload: string };
  const { Records } = JSON.parse(payload) as { Records: DiscardedRecord[] };
  return Records.map(({ dynamodb: { Keys } }) => Keys)
    .filter(({ sk }) => /^\d+$/.test(sk.S))
    .map(({ pk, sk }) => ({ stream: pk.S, version: Number(sk.S), objectKey }));
}

interface DiscardedRecord {
  readonly dynamodb: {
    readonly Keys: { readonly pk: { readonly S: string }; readonly sk: { readonly S: string } };
  };
}
