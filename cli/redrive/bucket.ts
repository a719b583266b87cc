import { DeleteObjectCommand, GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { discardedPrefix, ParkedCommit, parkedPrefix } from '@nova/shared/operations';
import type { Connection } from '../connection/connection.ts';
import { CliError } from '../errors.ts';
import { discardedBatch } from './discarded.ts';
import { type Discarded, inStreamOrder, type Parked, placeOf } from './failure.ts';
import { mapLimited } from './limited.ts';

type Source = Pick<Connection, 's3' | 'failureBucket'>;

/** Objects read at once. */
const atOnce = 8;

/** Commits the projector put aside, in the order of their streams. */
export async function parkedCommits(source: Source, signal: AbortSignal): Promise<Parked[]> {
  const parked = await mapLimited(await keysOf(source, parkedPrefix, signal), atOnce, async (object) => {
    const body = await textOf(source, object, signal);
    return body === undefined ? [] : [parkedCommit(object, body)];
  });
  const places = new Map(parked.flat().map((one) => [one, one.commits[0] ?? { stream: '', version: 0 }]));
  const placed = (one: Parked) => places.get(one) ?? { stream: '', version: 0 };
  return parked.flat().sort((a, b) => inStreamOrder(placed(a), placed(b)));
}

function parkedCommit(object: string, body: string): Parked {
  const read = ParkedCommit.safeParse(jsonOf(body));
  if (!read.success) throw malformed(object, 'a parked commit');
  const { stream, version, reason, parkedAt } = read.data;
  return {
    kind: 'parked',
    key: placeOf({ stream, version }),
    object,
    reason,
    since: parkedAt,
    commits: [{ stream, version, reason }],
  };
}

/** Batches Lambda gave up on, oldest first. */
export async function discardedBatches(source: Source, signal: AbortSignal): Promise<Discarded[]> {
  const batches = await mapLimited(await keysOf(source, discardedPrefix, signal), atOnce, async (object) => {
    const body = await textOf(source, object, signal);
    if (body === undefined) return [];
    const batch = discardedBatch(object, jsonOf(body));
    if (!batch) throw malformed(object, 'a record of Lambda’s');
    return [batch];
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
async function textOf({ s3, failureBucket }: Source, Key: string, abortSignal: AbortSignal) {
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: failureBucket, Key }), { abortSignal });
    return await Body?.transformToString();
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

const malformed = (object: string, what: string) =>
  new CliError(
    `${object} in the failure bucket is not ${what}: see what it is, and remove it if nobody needs it.`,
  );
