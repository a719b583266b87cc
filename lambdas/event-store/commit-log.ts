import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import {
  type DynamoDBDocumentClient,
  paginateQuery,
  paginateScan,
  QueryCommand,
} from '@aws-sdk/lib-dynamodb';
import { isSnapshotKey, versionKey } from '@nova/shared/tables';
import { getItems } from '../runtime/get-items.ts';

/** Position in the log: the key of a stream's last commit. */
export interface Position {
  readonly pk: string;
  readonly sk: string;
}

/** Commits as the store has them, of one stream, in order. */
export interface StreamItems {
  readonly stream: string;
  readonly items: readonly Record<string, unknown>[];
}

/** Whole streams, and where the next ones start. */
export interface LogPage {
  readonly streams: readonly StreamItems[];
  readonly position: Position;
}

/** All commits of the event store, whether this build can read them or not: for replays and comparisons. */
export interface CommitLog {
  /** Every stream, whole, a few per page, at least one. Nothing is parsed: an item may be no commit. */
  scan(after?: Position): AsyncIterable<LogPage>;
  /** Commits of a stream that start after a version. */
  since(stream: string, version: number): Promise<StreamItems>;
  /** The commit that starts with a version. */
  commit(stream: string, version: number): Promise<Record<string, unknown> | undefined>;
  /** Which of some streams have a first commit. */
  existing(streams: readonly string[]): Promise<ReadonlySet<string>>;
  /** Commits, as DynamoDB last counted them: it does so about every six hours. */
  total(): Promise<number>;
}

/** @param pageSize commits of a scan's page at most; as many as DynamoDB gives, a megabyte, when absent */
export function commitLog(client: DynamoDBDocumentClient, table: string, pageSize?: number): CommitLog {
  return {
    scan: (after) => wholeStreams(client, table, after, pageSize),

    async since(stream, version) {
      const items: Record<string, unknown>[] = [];
      const pages = paginateQuery(
        { client },
        {
          TableName: table,
          KeyConditionExpression: 'pk = :pk AND sk > :after',
          ExpressionAttributeValues: { ':pk': stream, ':after': versionKey(version) },
          ConsistentRead: true,
        },
      );
      for await (const { Items = [] } of pages) items.push(...Items.filter(isCommit));
      return { stream, items };
    },

    async commit(stream, version) {
      const { Items } = await client.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: 'pk = :pk AND sk = :sk',
          ExpressionAttributeValues: { ':pk': stream, ':sk': versionKey(version) },
          ConsistentRead: true,
        }),
      );
      return Items?.[0];
    },

    async existing(streams) {
      const keys = streams.map((pk) => ({ pk, sk: versionKey(1) }));
      const items = await getItems(client, table, keys, 'pk');
      return new Set(items.map(({ pk }) => String(pk)));
    },

    async total() {
      const { Table } = await client.send(new DescribeTableCommand({ TableName: table }));
      return Table?.ItemCount ?? 0;
    },
  };
}

const isCommit = ({ sk }: Record<string, unknown>) => !isSnapshotKey(String(sk));

/**
 * A scan returns the items of a partition one after the other, in order; a page may end within one. Commits that the
 * first stream has gained since the scan passed it do not make a second stream of it.
 */
async function* wholeStreams(
  client: DynamoDBDocumentClient,
  table: string,
  after: Position | undefined,
  pageSize: number | undefined,
): AsyncIterable<LogPage> {
  const startingToken = after && { pk: after.pk, sk: after.sk };
  const pages = paginateScan(
    { client, startingToken },
    { TableName: table, ConsistentRead: true, Limit: pageSize },
  );
  let rest: Record<string, unknown>[] = [];
  for await (const { Items = [], LastEvaluatedKey } of pages) {
    const items = [...rest, ...Items].filter(({ pk }) => pk !== after?.pk);
    const partitions = [...Map.groupBy(items, ({ pk }) => String(pk))];
    rest = (LastEvaluatedKey && partitions.pop()?.[1]) || [];
    const last = partitions.at(-1)?.[1].at(-1);
    if (!last) continue;
    const position = { pk: String(last.pk), sk: String(last.sk) };
    const streams = partitions.map(([stream, items]) => ({ stream, items: items.filter(isCommit) }));
    yield { streams: streams.filter(({ items }) => items.length > 0), position };
  }
}
