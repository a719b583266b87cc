import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { eventSource, type PublishedEvent } from '@nova/shared/events/index';
import { failureBucketOf, prefixOf, tableNameOf } from '@nova/shared/naming';
import { dynamodbEventStore } from '../../lambdas/event-store/dynamodb-store.ts';
import { dynamodbEncryption } from '../../lambdas/event-store/encryption/encryption.ts';
import type { EventStore } from '../../lambdas/event-store/store.ts';
import { type ReadModel, readModel } from '../../lambdas/read-model/rows.ts';
import { timeLimits } from '../../lambdas/runtime/clients.ts';
import type { Platform } from '../../local/platform/platform.ts';
import { startInProcess } from '../integration/testing/in-process.ts';
import { Failures } from './checks/failures.ts';
import type { Table } from './faults/poison.ts';
import { sharedFile } from './writers/histories/content.ts';

/** The platform in this process, with clients that read its stores directly. */
export interface ChaosFixture {
  readonly platform: Platform;
  /** The event store, as functions use it. */
  readonly store: EventStore;
  readonly events: Table;
  readonly dynamodb: DynamoDBClient;
  readonly rows: ReadModel;
  readonly rowsTable: Table;
  readonly failures: Failures;
  /** Ids of the domain events that the bus has accepted. */
  readonly published: ReadonlySet<string>;
  close(): Promise<void>;
}

/** The stage of the synthesized stack. */
const stage = 'dev';

export async function chaosFixture(): Promise<ChaosFixture> {
  const { platform, aws, close } = await startInProcess();
  const prefix = prefixOf(stage);
  const dynamodb = new DynamoDBClient({ ...aws, requestHandler: timeLimits(3000) });
  const client = DynamoDBDocumentClient.from(dynamodb, { marshallOptions: { removeUndefinedValues: true } });
  const s3 = new S3Client({ ...aws, forcePathStyle: true });
  const published = new Set<string>();
  platform.bus.watch(({ source, detail }) => {
    if (source === eventSource) published.add((detail as PublishedEvent).id);
  });
  const { objectKey: Key, text: Body } = sharedFile;
  const Bucket = `${prefix}-content-${platform.accountId}-${aws.region}`;
  await s3.send(new PutObjectCommand({ Bucket, Key, Body, ContentType: 'text/plain' }));
  const events = { client, name: tableNameOf(prefix, 'event-store') };
  const rowsTable = { client, name: tableNameOf(prefix, 'read-model') };
  return {
    platform,
    store: dynamodbEventStore(
      client,
      events.name,
      dynamodbEncryption(client, tableNameOf(prefix, 'stream-keys')),
    ),
    events,
    dynamodb,
    rows: readModel(client, rowsTable.name),
    rowsTable,
    failures: new Failures(s3, failureBucketOf(prefix, platform.accountId, aws.region)),
    published,
    async close() {
      dynamodb.destroy();
      s3.destroy();
      await close();
    },
  };
}
