import { type AttributeValue, QueryCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { EventStoreTable } from './read.ts';
import { isCommitKey, type StoredEvent, storedEvents } from './stored.ts';

/** A stream and its last event. */
export interface StreamSummary {
  readonly stream: string;
  /** Version of the last event. */
  readonly version: number;
  readonly lastType: string;
  /** ISO 8601, UTC. */
  readonly lastAt: string;
  readonly unreadable?: string;
}

export interface StreamFilter {
  readonly tenant?: string | undefined;
  readonly aggregate?: string | undefined;
}

/** Items of one scan: enough for many short streams, little of a long one. */
const scanLimit = 200;
/** Queries at once. */
const queriesAtOnce = 8;
/** A sort key after every item of a partition. */
const lastSortKey = '~';

type Key = Record<string, AttributeValue>;

const afterStream = (stream: string): Key => ({ pk: { S: stream }, sk: { S: lastSortKey } });

/**
 * Streams, not sorted. Each step scans a page of the table and then skips the rest of the last stream on it, so a long
 * stream costs no more than a short one.
 * @param after the stream to continue after
 */
export async function* streamSummaries(
  { dynamodb, eventStore }: EventStoreTable,
  filter: StreamFilter,
  after: string | undefined,
  signal: AbortSignal,
): AsyncGenerator<StreamSummary> {
  let start = after === undefined ? undefined : afterStream(after);
  do {
    const page = await dynamodb.send(
      new ScanCommand({
        TableName: eventStore,
        Limit: scanLimit,
        ExclusiveStartKey: start,
        ProjectionExpression: 'pk',
      }),
      { abortSignal: signal },
    );
    const keys = [...new Set((page.Items ?? []).flatMap(({ pk }) => pk?.S ?? []))];
    const wanted = keys.filter((key) => isSelected(key, filter));
    for (let at = 0; at < wanted.length; at += queriesAtOnce) {
      const some = wanted.slice(at, at + queriesAtOnce);
      yield* await Promise.all(some.map((key) => summarize({ dynamodb, eventStore }, key, signal)));
    }
    const last = keys.at(-1);
    start = page.LastEvaluatedKey && last !== undefined ? afterStream(last) : page.LastEvaluatedKey;
  } while (start);
}

export function isSelected(stream: string, filter: StreamFilter): boolean {
  const [tenant, aggregate] = stream.split('#');
  return (filter.tenant ?? tenant) === tenant && (filter.aggregate ?? aggregate) === aggregate;
}

/** The last items of a partition that hold the last commit: other items, such as a snapshot, may follow it. */
const lastItems = 3;

async function summarize(
  { dynamodb, eventStore }: EventStoreTable,
  stream: string,
  signal: AbortSignal,
): Promise<StreamSummary> {
  const { Items = [] } = await dynamodb.send(
    new QueryCommand({
      TableName: eventStore,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: stream } },
      ScanIndexForward: false,
      Limit: lastItems,
      ConsistentRead: true,
    }),
    { abortSignal: signal },
  );
  const item = Items.map((stored) => unmarshall(stored)).find(({ sk }) => isCommitKey(sk));
  const last: StoredEvent | undefined = item && storedEvents(item).at(-1);
  return {
    stream,
    version: last?.version ?? 0,
    lastType: last?.type ?? '',
    lastAt: last?.occurredAt ?? '',
    ...(last?.unreadable === undefined ? {} : { unreadable: last.unreadable }),
  };
}
