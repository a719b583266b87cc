import { DeleteObjectCommand, GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { discardedPrefix, QuarantinedCommit, quarantinePrefix } from '@nova/shared/operations';
import pMap from 'p-map';
import type { Connection } from '../connection/connection.ts';
import { commitName } from '../events/stored.ts';
import { parseJson } from '../json.ts';
import { discardedBatch } from './discarded.ts';
import { type Discarded, inStreamOrder, type Quarantined, type UnknownObject } from './failure.ts';

type Source = Pick<Connection, 's3' | 'failureBucket'>;

/** The text of an object, and its last modification (ISO 8601, UTC). */
interface StoredObject {
  readonly body: string;
  readonly since: string;
}

/** Objects read at once. */
const readsAtOnce = 8;

/** Commits that the projector set aside, in the order of their streams. */
export async function quarantinedCommits(
  source: Source,
  signal: AbortSignal,
): Promise<(Quarantined | UnknownObject)[]> {
  const commits = await pMap(
    await listKeys(source, quarantinePrefix, signal),
    async (object) => {
      const stored = await readObject(source, object, signal);
      return stored === undefined ? [] : [quarantinedCommit(object, stored)];
    },
    { concurrency: readsAtOnce },
  );
  const position = (failure: Quarantined | UnknownObject) =>
    (failure.kind === 'parked' && failure.commits[0]) || { stream: '', version: 0 };
  return commits.flat().sort((a, b) => inStreamOrder(position(a), position(b)));
}

function quarantinedCommit(object: string, { body, since }: StoredObject): Quarantined | UnknownObject {
  const read = QuarantinedCommit.safeParse(parseJson(body));
  if (!read.success) return unknownObject(object, since, 'a quarantined commit');
  const { stream, version, reason, parkedAt } = read.data;
  return {
    kind: 'parked',
    key: commitName({ stream, version }),
    object,
    reason,
    since: parkedAt,
    commits: [{ stream, version, reason }],
  };
}

/** Batches that Lambda gave up on, oldest first. */
export async function discardedBatches(
  source: Source,
  signal: AbortSignal,
): Promise<(Discarded | UnknownObject)[]> {
  const batches = await pMap(
    await listKeys(source, discardedPrefix, signal),
    async (object) => {
      const stored = await readObject(source, object, signal);
      if (stored === undefined) return [];
      const batch = discardedBatch(object, parseJson(stored.body));
      return [batch ?? unknownObject(object, stored.since, 'a record of Lambda')];
    },
    { concurrency: readsAtOnce },
  );
  return batches.flat().sort((a, b) => (a.since < b.since ? -1 : 1));
}

export async function removeObject({ s3, failureBucket }: Source, Key: string): Promise<void> {
  await s3.send(new DeleteObjectCommand({ Bucket: failureBucket, Key }));
}

async function listKeys({ s3, failureBucket }: Source, Prefix: string, abortSignal: AbortSignal) {
  const keys: string[] = [];
  let ContinuationToken: string | undefined;
  do {
    const page = await s3.send(
      new ListObjectsV2Command({ Bucket: failureBucket, Prefix, ContinuationToken }),
      { abortSignal },
    );
    keys.push(...(page.Contents ?? []).flatMap(({ Key }) => Key ?? []));
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken);
  return keys;
}

/** @returns undefined for an object that was redriven in the meantime */
async function readObject(
  { s3, failureBucket }: Source,
  Key: string,
  abortSignal: AbortSignal,
): Promise<StoredObject | undefined> {
  try {
    const { Body, LastModified = new Date(0) } = await s3.send(
      new GetObjectCommand({ Bucket: failureBucket, Key }),
      { abortSignal },
    );
    return { body: (await Body?.transformToString()) ?? '', since: LastModified.toISOString() };
  } catch (error) {
    if ((error as Error).name === 'NoSuchKey') return undefined;
    throw error;
  }
}

const unknownObject = (object: string, since: string, expected: string): UnknownObject => ({
  kind: 'malformed',
  key: object,
  object,
  since,
  reason: `it is not ${expected}: inspect it, and remove it if it is not needed`,
});
