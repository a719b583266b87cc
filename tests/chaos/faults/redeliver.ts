import { type AttributeValue, type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import type { StreamId } from '@nova/shared/events/index';
import { limits } from '@nova/shared/limits';
import { streamKey } from '@nova/shared/tables';
import type { Platform } from '../../../local/platform/platform.ts';
import type { SeededRandom } from '../seeded-random.ts';
import { pause } from './inject.ts';

type Item = Record<string, AttributeValue>;

export interface RedeliveryOptions {
  readonly platform: Platform;
  readonly client: DynamoDBClient;
  /** Name of the event store's table. */
  readonly table: string;
  /** The streams so far. */
  readonly streams: () => readonly StreamId[];
  readonly random: SeededRandom;
  readonly signal: AbortSignal;
}

/**
 * Delivers records to the projector again, until its signal aborts: old ones and ones that it has not seen, cut off
 * anywhere, in halves as after a bisection, several at once.
 * @returns the number of delivered records
 */
export async function redeliver(options: RedeliveryOptions): Promise<number> {
  const { platform, random, signal } = options;
  let delivered = 0;
  while (!signal.aborted) {
    await pause(random.integer(50, 400), signal);
    const records = await someRecords(options).catch(() => []);
    if (signal.aborted || records.length === 0) continue;
    const batches = cuttings(records, random);
    // The result does not matter here: the stream delivers every record that fails as well.
    await Promise.all(batches.map((Records) => platform.invoke('event-projector', { Records })));
    delivered += batches.flat().length;
  }
  return delivered;
}

/** The records of parts of some streams, in order. */
async function someRecords({ client, table, streams, random }: RedeliveryOptions): Promise<object[]> {
  const all = streams();
  if (all.length === 0) return [];
  const chosen = new Set(Array.from({ length: random.integer(1, 8) }, () => random.pick(all)));
  const items = await Promise.all([...chosen].map((stream) => commitsOf(client, table, stream)));
  return items
    .flatMap((commits) => {
      if (commits.length === 0) return [];
      const from = random.integer(0, commits.length - 1);
      return commits.slice(from, from + random.integer(1, 12));
    })
    .slice(0, limits.streamBatchSize)
    .map(recordOf);
}

async function commitsOf(client: DynamoDBClient, table: string, stream: StreamId): Promise<Item[]> {
  const { Items = [] } = await client.send(
    new QueryCommand({
      TableName: table,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: streamKey(stream) } },
      ConsistentRead: true,
    }),
  );
  return Items;
}

/** Records in the format of the table's stream. @see https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html */
function recordOf(item: Item, place: number): object {
  const { pk, sk } = item;
  return {
    eventID: `repeat-${place}`,
    eventName: 'INSERT',
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: 'us-east-1',
    dynamodb: {
      ApproximateCreationDateTime: Math.floor(Date.now() / 1000),
      Keys: { pk, sk },
      NewImage: encoded(item),
      SequenceNumber: String(place + 1),
      SizeBytes: 1,
      StreamViewType: 'NEW_IMAGE',
    },
  };
}

/** JSON as Lambda writes it: bytes in base64. */
const encoded = (item: Item): unknown =>
  JSON.parse(
    JSON.stringify(item, (_, value: unknown) =>
      value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value,
    ),
  );

/** One delivery, the same one twice at once, two halves, or two that overlap. */
function cuttings<R>(records: readonly R[], random: SeededRandom): (readonly R[])[] {
  const middle = Math.ceil(records.length / 2);
  return random.pick([
    [records],
    [records, records],
    [records.slice(0, middle), records.slice(middle)].filter((part) => part.length > 0),
    [records, records.slice(-middle)],
  ]);
}
