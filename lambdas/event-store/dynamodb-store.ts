import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { appender } from './append-commit.ts';
import type { Encryption } from './encryption/encryption.ts';
import { streamReader } from './read-stream.ts';
import { SeenVersions } from './seen-versions.ts';
import { putSnapshot } from './snapshots.ts';
import type { EventStore } from './store.ts';

/** The event store on one DynamoDB table: one item a commit, sorted by the version of its first event. */
export function dynamodbEventStore(
  client: DynamoDBDocumentClient,
  table: string,
  encryption: Encryption,
): EventStore {
  const place = { client, name: table };
  const seen = new SeenVersions();
  return {
    ...streamReader(place, encryption, seen),
    saveSnapshot: (stream, snapshot) => putSnapshot(place, encryption, stream, snapshot),
    append: appender(place, encryption, seen),
  };
}
