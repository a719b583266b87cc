import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { appendTo } from './append.ts';
import { dynamodbEncryption, type Encryption } from './encryption/encryption.ts';
import { streamReader } from './read-stream.ts';
import { putSnapshot } from './snapshots.ts';
import type { EventStore } from './store.ts';
import { SeenVersions } from './stream-items.ts';

/** The event store of a function, by its environment. */
export const openEventStore = (
  client: DynamoDBDocumentClient,
  environment: { readonly EVENT_STORE_TABLE: string; readonly STREAM_KEYS_TABLE: string },
): EventStore =>
  dynamodbEventStore(
    client,
    environment.EVENT_STORE_TABLE,
    dynamodbEncryption(client, environment.STREAM_KEYS_TABLE),
  );

/** The event store on one DynamoDB table: one item a commit, sorted by the version of its first event. */
export function dynamodbEventStore(
  client: DynamoDBDocumentClient,
  table: string,
  encryption: Encryption,
): EventStore {
  const streams = { client, name: table };
  const seen = new SeenVersions();
  return {
    ...streamReader(streams, encryption, seen),
    saveSnapshot: (stream, snapshot) => putSnapshot(streams, encryption, stream, snapshot),
    append: appendTo(streams, encryption, seen),
  };
}
