import {
  type AttributeValue,
  type DynamoDBClient,
  QueryCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { isCommitKey, type StoredEvent, storedEvents } from './stored.ts';

/** A stream, and where it stands. */
export interface StreamSummary {
  readonly stream: string;
  /** Of its last event. */
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

/** Items looked at in one step: enough for many short streams, little of a long one. */
const lookAt = 200;
/** Queries under way at once. */
const atOnce = 8;
/** After every commit of a stream, and every other item of its partition. */
const behindAll = '~';

type Key = Record<string, AttributeValue>;

const behind = (stream: string): Key => ({ pk: { S: stream }, sk: { S: behindAll } });

/**
 * Streams in the store's own order, which is none. A step reads a page of the table and then jumps over the rest of the
 * last stream on it, so a long stream costs no more than a short one.
 * @param after the stream to go on behind
 */
export async function* streams(
  dynamodb: DynamoDBClient,
  table: string,
  filter: StreamFilter,
  after: string | undefined,
  signal: AbortSignal,
): AsyncGenerator<StreamSummary> {
  let start = after === undefined ? undefined : behind(after);
  do {
    const page = await dynamodb.send(
      new ScanCommand({
        TableName: table,
        Limit: lookAt,
        ExclusiveStartKey: start,
        ProjectionExpression: 'pk',
      }),
      { abortSignal: signal },
    );
    const keys = [...new Set((page.Items ?? []).flatMap(({ pk }) => pk?.S ?? []))];
    const wanted = keys.filter((key) => matches(key, filter));
    for (let at = 0; at < wanted.length; at += atOnce) {
      const few = wanted.slice(at, at + atOnce);
      yield* await Promise.all(few.map((key) => summary(dynamodb, table, key, signal)));
    }
    const last = keys.at(-1);
    start = page.LastEvaluatedKey && last !== undefined ? behind(last) : page.LastEvaluatedKey;
  } while (start);
}

export function matches(stream: string, { tenant, aggregate }: StreamFilter): boolean {
  const [ofTenant, ofAggregate] = stream.split('#');
  return (tenant ?? ofTenant) === ofTenant && (aggregate ?? ofAggregate) === ofAggregate;
}

/** Items a stream's end is looked for in: the last commit, or a snapshot and the commit before it. */
const fewFromTheEnd = 3;

async function summary(
  dynamodb: DynamoDBClient,
  table: string,
  stream: string,
  signal: AbortSignal,
): Promise<StreamSummary> {
  const { Items = [] } = await dynamodb.send(
    new QueryCommand({
      TableName: table,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: stream } },
      ScanIndexForward: false,
      Limit: fewFromTheEnd,
      ConsistentRead: true,
    }),
    { abortSignal: signal },
  );
  const item = Items.map((one) => unmarshall(one)).find(({ sk }) => isCommitKey(sk));
  const last: StoredEvent | undefined = item && storedEvents(item).at(-1);
  return {
    stream,
    version: last?.version ?? 0,
    lastType: last?.type ?? '',
    lastAt: last?.occurredAt ?? '',
    ...(last?.unreadable === undefined ? {} : { unreadable: last.unreadable }),
  };
}
