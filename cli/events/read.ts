import { type AttributeValue, type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { versionKey } from '@nova/shared/tables';
import { isCommitKey, type StoredEvent, storedEvents } from './stored.ts';

/** Items on a page. */
const pageSize = 100;

export interface EventStoreTable {
  readonly dynamodb: DynamoDBClient;
  readonly eventStore: string;
}

/**
 * Events of a stream, in order.
 * @param from version of the first event
 */
export async function* readStream(
  table: EventStoreTable,
  stream: string,
  from: number,
  signal: AbortSignal,
): AsyncGenerator<StoredEvent> {
  const start = from > 1 ? await commitKeyOf(table, stream, from, signal) : versionKey(1);
  for await (const item of items(table, stream, 'sk >= :sk', start, true, signal)) {
    if (isCommitKey(item.sk)) yield* storedEvents(item).filter(({ version }) => version >= from);
  }
}

/** Sort key of the commit that contains a version: the commit may start at an earlier one. */
async function commitKeyOf(table: EventStoreTable, stream: string, version: number, signal: AbortSignal) {
  for await (const { sk } of items(table, stream, 'sk <= :sk', versionKey(version), false, signal)) {
    if (isCommitKey(sk)) return sk;
  }
  return versionKey(version);
}

async function* items(
  { dynamodb, eventStore }: EventStoreTable,
  stream: string,
  condition: string,
  sk: string,
  forward: boolean,
  signal: AbortSignal,
) {
  let start: Record<string, AttributeValue> | undefined;
  do {
    const page = await dynamodb.send(
      new QueryCommand({
        TableName: eventStore,
        KeyConditionExpression: `pk = :pk AND ${condition}`,
        ExpressionAttributeValues: { ':pk': { S: stream }, ':sk': { S: sk } },
        ScanIndexForward: forward,
        ConsistentRead: true,
        Limit: forward ? pageSize : 3,
        ExclusiveStartKey: start,
      }),
      { abortSignal: signal },
    );
    for (const item of page.Items ?? []) yield unmarshall(item);
    start = page.LastEvaluatedKey;
  } while (start);
}
