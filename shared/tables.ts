import type { StreamId } from './events/index.ts';

/** The DynamoDB tables: their key attributes, and how keys are written. */
export const tables = {
  'event-store': { partitionKey: 'pk', sortKey: 'sk', stream: 'NEW_IMAGE', ttl: null },
  'session-memory': { partitionKey: 'session_id', sortKey: 'sk', stream: null, ttl: 'ttl' },
  /** Keys that seal what is personal in the event store: apart from it, so that they can be destroyed. */
  'stream-keys': { partitionKey: 'pk', sortKey: 'sk', stream: null, ttl: null },
  'read-model': { partitionKey: 'pk', sortKey: 'sk', stream: null, ttl: null },
} as const;

export type TableName = keyof typeof tables;
export const tableNames = Object.keys(tables) as TableName[];

/** Digits of a version in a sort key: enough for a commit a second for 300 years, so text order is number order. */
const versionDigits = 10;

/** Sort key of a commit: the version of its first event. */
export const versionKey = (version: number) => String(version).padStart(versionDigits, '0');

/** Partition key of a stream: `<tenant>#<aggregate>#<id>`. */
export const streamKey = ({ tenant, aggregate, id }: StreamId) => `${tenant}#${aggregate}#${id}`;

/** Stable id of an event: `<stream>@<version>`. */
export const eventId = (stream: StreamId, version: number) => `${streamKey(stream)}@${version}`;

/** Partition of the read model's rows of one collection: `<tenant>#<collection>`. */
export const collectionKey = (tenant: string, collection: string) => `${tenant}#${collection}`;

/** Partition of a session's memory: `<tenant>#<session id>`. */
export const memoryKey = (tenant: string, sessionId: string) => `${tenant}#${sessionId}`;
