import { DeleteObjectCommand, GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { discardedPrefix, QuarantinedCommit, quarantinePrefix } from '@nova/shared/operations';
import { mapLimited } from '../concurrency.ts';
import type { Connection } from '../connection/connection.ts';
import { commitName } from '../events/stored.ts';
import { discardedBatch } from './discarded.ts';
import { type Discarded, inStreamOrder, type Malformed, type Quarantined } from './failure.ts';

type Source = Pick<Connection, 's3' | 'failureBucket'>;

/** What an object holds, and since when (ISO 8601, UTC). */
interface Stored {
  readonly body: string;
  readonly since: string;
}

/** Objects read at once. */
const atOnce = 8;

/** Commits the projector put aside, in the order of their streams. */
export async function quarantinedCommits(
  source: Source,
  signal: AbortSignal,
): Promise<(Quarantined | Malformed)[]> {
  const quarantined = await mapLimited(
    await keysOf(source, quarantinePrefix, signal),
    atOnce,
    async (object) => {
      const stored = await storedAt(source, object, signal);
      return stored === undefined ? [] : [quarantinedCommit(object, stored)];
    },
  );
  const placed = (one: Quarantined | Malformed) =>
    (one.kind === 'parked' && one.commits[0]) || { stream: '', version: 0 };
  return quarantined.flat().sort((a, b) => inStreamOrder(placed(a), placed(b)));
}

function quarantinedCommit(object: string, { body, since }: Stored): Quarantined | Malformed {
  const read = QuarantinedCommit.safeParse(jsonOf(body));
  if (!read.success) return malformed(object, since, 'a parked commit');
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

/** Batches Lambda gave up on, oldest first. */
export async function discardedBatches(
  source: Source,
  signal: AbortSignal,
): Promise<(Discarded | Malformed)[]> {
  const batches = await mapLimited(await keysOf(source, discardedPrefix, signal), atOnce, async (object) => {
    const stored = await storedAt(source, object, signal);
    if (stored === undefined) return [];
    const batch = discardedBatch(object, jsonOf(stored.body));
    return [batch ?? malformed(object, stored.since, 'a record of Lambda’s')];
  });
  return batches.flat().sort((a, b) => (a.since < b.since ? -1 : 1));
}

export async function removeObject({ s3, failureBucket }: Source, Key: string): Promise<void> {
  await s3.send(new DeleteObjectCommand({ Bucket: failureBucket, Key }));
}

async function keysOf({ s3, failureBucket }: Source, Prefix: string, abortSignal: AbortSignal) {
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

/** @returns undefined for an object that somebody has put back meanwhile */
async function storedAt(
  { s3, failureBucket }: Source,
  Key: string,
  abortSignal: AbortSignal,
): Promise<Stored | undefined> {
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

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const malformed = (object: string, since: string, what: string): Malformed => ({
  kind: 'malformed',
  key: object,
  object,
  since,
  reason: `it is not ${what}: see what it is, and remove it if nobody needs it`,
});
