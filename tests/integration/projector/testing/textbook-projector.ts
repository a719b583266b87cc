import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import { IdempotencyConfig, makeIdempotent } from '@aws-lambda-powertools/idempotency';
import { DynamoDBPersistenceLayer } from '@aws-lambda-powertools/idempotency/dynamodb';
import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { DynamoDBRecord } from 'aws-lambda';
import { itemOf } from '../../../../lambdas/functions/event-projector/project/batch.ts';
import type { TestEngine } from '../../event-store/testing/engine.ts';
import { context } from './fixture.ts';

/**
 * The handler of Powertools' guide, for comparison: an idempotency record for each stream record, in a table of its
 * own, and a put.
 * @param table for the records
 */
export async function textbookProjector({ client }: TestEngine, table: string) {
  await client.send(
    new CreateTableCommand({
      TableName: table,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    }),
  );
  // It takes a plain client, and uses the one with counted requests.
  const persistenceStore = new DynamoDBPersistenceLayer({
    tableName: table,
    awsSdkV3Client: client as unknown as NonNullable<
      ConstructorParameters<typeof DynamoDBPersistenceLayer>[0]['awsSdkV3Client']
    >,
  });
  const config = new IdempotencyConfig({ eventKeyJmesPath: 'dynamodb.SequenceNumber' });
  config.registerLambdaContext(context);
  const project = makeIdempotent(
    async (record: DynamoDBRecord) => {
      const { pk, sk, events } = itemOf(record);
      await client.send(
        new PutCommand({ TableName: 'read-model', Item: { pk: `textbook ${pk}`, sk, events } }),
      );
      return { pk, sk } as { pk: string; sk: string };
    },
    { persistenceStore, config },
  );
  return async (records: readonly DynamoDBRecord[]): Promise<void> => {
    const processor = new BatchProcessor(EventType.DynamoDBStreams);
    await processPartialResponse({ Records: [...records] }, project, processor, { context });
  };
}
