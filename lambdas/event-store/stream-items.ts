import { type DynamoDBDocumentClient, QueryCommand, type QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import { isSnapshotKey } from '@nova/shared/tables';
import QuickLRU from 'quick-lru';

/** The event store's table. */
export interface Table {
  readonly client: DynamoDBDocumentClient;
  readonly name: string;
}

/** An item of a stream's partition, a commit or a snapshot, as it was read. */
export type Item = Readonly<Record<string, unknown>>;

export const isSnapshot = ({ sk }: Item) => isSnapshotKey(String(sk));

/** Version of a commit's last event; NaN where the item says no number. */
export const lastVersionOf = ({ sk, count }: Item) => Number(sk) + Number(count) - 1;

/** Each page may hold this many times more items than the previous one: few requests, and few items read in vain. */
const growth = 10;

/** Pages of a whole stream, from its start, as large as DynamoDB gives them (1 MB). */
export const oldestFirst = (table: Table, stream: string): AsyncIterable<readonly Item[]> =>
  itemPages(table, stream, { ScanIndexForward: true });

/** Pages of a stream from its end. @param first items on the first page */
export const newestFirst = (table: Table, stream: string, first: number): AsyncIterable<readonly Item[]> =>
  itemPages(table, stream, { ScanIndexForward: false, Limit: first });

async function* itemPages(
  { client, name }: Table,
  stream: string,
  { Limit, ScanIndexForward }: Pick<QueryCommandInput, 'Limit' | 'ScanIndexForward'>,
): AsyncGenerator<readonly Item[]> {
  let ExclusiveStartKey: QueryCommandInput['ExclusiveStartKey'];
  let size = Limit;
  do {
    const { Items = [], LastEvaluatedKey } = await client.send(
      new QueryCommand({
        TableName: name,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': stream },
        ConsistentRead: true,
        ScanIndexForward,
        ...(size === undefined ? {} : { Limit: size }),
        ExclusiveStartKey,
      }),
    );
    yield Items;
    ExclusiveStartKey = LastEvaluatedKey;
    size = size === undefined ? undefined : size * growth;
  } while (ExclusiveStartKey);
}

/**
 * The end of a stream.
 * @param pages newest first
 * @param enough whether an item is the last that is wanted
 * @returns items from that one to the newest
 */
export async function until(
  pages: AsyncIterable<readonly Item[]>,
  enough: (item: Item) => boolean | Promise<boolean>,
): Promise<Item[]> {
  const items: Item[] = [];
  for await (const page of pages) {
    for (const item of page) {
      items.push(item);
      if (await enough(item)) return items.reverse();
    }
  }
  return items.reverse();
}

/** Versions remembered at most, twice as many for a moment; about 100 bytes each. */
const seenVersionsMost = 10_000;

/** Versions at which this process has seen streams end: a stream never gets shorter, so it still reaches them. */
export class SeenVersions {
  readonly #seen = new QuickLRU<string, true>({ maxSize: seenVersionsMost });

  /** @param stream key of a stream */
  add(stream: string, version: number): void {
    this.#seen.set(`${stream}@${version}`, true);
  }

  has(stream: string, version: number): boolean {
    return version === 0 || this.#seen.has(`${stream}@${version}`);
  }
}
