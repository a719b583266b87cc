import * as z from 'zod';
import { StreamId } from './events/index.ts';

/** The DynamoDB tables: their key attributes, change stream and time to live. */
export const tables = {
  'event-store': { partitionKey: 'pk', sortKey: 'sk', stream: 'NEW_IMAGE', ttl: null },
  'session-memory': { partitionKey: 'session_id', sortKey: 'sk', stream: null, ttl: 'ttl' },
  /** Keys that encrypt personal data in the event store; in a separate table, so that they can be destroyed. */
  'stream-keys': { partitionKey: 'pk', sortKey: 'sk', stream: null, ttl: null },
  'read-model': { partitionKey: 'pk', sortKey: 'sk', stream: null, ttl: null },
  /** Requests with an Idempotency-Key, and their encrypted answers. */
  requests: { partitionKey: 'pk', sortKey: 'sk', stream: null, ttl: 'ttl' },
  /** The jobs of each key that have not ended. */
  'job-slots': { partitionKey: 'pk', sortKey: 'sk', stream: null, ttl: null },
} as const;

export type TableName = keyof typeof tables;
export const tableNames = Object.keys(tables) as TableName[];

/** Digits of a version in a sort key, so that text order is number order: enough for a commit a second for 300 years. */
const versionDigits = 10;

/** Sort key of a commit: the version of its first event. */
export const versionKey = (version: number) => String(version).padStart(versionDigits, '0');

/** Suffix of the sort key of a snapshot, which sorts directly after the commit that ends with its version. */
const snapshotEnding = '~snapshot';

/** Sort key of a snapshot of a stream's state: the version of the last event it has absorbed. */
export const snapshotKey = (version: number) => `${versionKey(version)}${snapshotEnding}`;

/** Whether an item among a stream's commits is a snapshot: a cache that readers of commits skip. */
export const isSnapshotKey = (sortKey: string) => sortKey.endsWith(snapshotEnding);

/** A stream's name has an invalid member. */
export class InvalidStreamError extends Error {
  override readonly name = 'InvalidStreamError';
}

/**
 * Partition key of a stream: `<tenant>#<aggregate>#<id>`.
 * @throws InvalidStreamError naming the member that would produce another stream's key
 */
export function streamKey(stream: StreamId): string {
  const parsed = StreamId.safeParse(stream);
  if (!parsed.success) {
    throw new InvalidStreamError(`This names no stream: ${z.prettifyError(parsed.error)}`);
  }
  return `${stream.tenant}#${stream.aggregate}#${stream.id}`;
}

/** Stable id of an event: `<stream>@<version>`. */
export const eventId = (stream: StreamId, version: number) => `${streamKey(stream)}@${version}`;

/** Partition of a session's memory: `<tenant>#<session id>`. */
export const memoryKey = (tenant: string, sessionId: string) => `${tenant}#${sessionId}`;
