import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  paginateQuery,
  QueryCommand,
} from '@aws-sdk/lib-dynamodb';
import { DomainError } from '../../domain/errors.ts';
import type { RowKey } from '../../domain/projections/projection.ts';

/** A head row and the version of its stream it has absorbed. */
export interface VersionedRow<Row extends object = object> {
  readonly row: Row;
  readonly version: number;
}

export interface Page<Row> {
  readonly rows: readonly Row[];
  /** Opaque; absent on the last page. */
  readonly nextCursor?: string;
}

export interface PageOptions {
  readonly limit: number;
  readonly cursor?: string | undefined;
  /** `ascending` by sort key, or `descending`. */
  readonly order: 'ascending' | 'descending';
}

/** The read model's table: rows by key, and pages of one partition. */
export interface ReadModel {
  get<Row extends object>(key: RowKey): Promise<VersionedRow<Row> | undefined>;
  page<Row extends object>(partition: string, options: PageOptions): Promise<Page<Row>>;
  /** Rows whose sort keys lie between two, both included; the caller bounds their number. */
  between<Row extends object>(partition: string, from: string, to: string): Promise<readonly Row[]>;
}

/** What only the projector does. */
export interface ReadModelWriter {
  get: ReadModel['get'];
  /** Puts a head row, unless the row there has absorbed as much or more. One write. */
  putHead(key: RowKey, row: object, version: number): Promise<void>;
  putDetail(key: RowKey, row: object): Promise<void>;
  /** Deletes every detail row of a partition; again is no harm. */
  eraseDetails(partition: string): Promise<void>;
}

export function readModel(client: DynamoDBDocumentClient, table: string): ReadModel {
  return {
    get: (key) => getRow(client, table, key),

    async page<Row>(partition: string, { limit, cursor, order }: PageOptions) {
      const { Items = [], LastEvaluatedKey } = await client.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': partition },
          ScanIndexForward: order === 'ascending',
          Limit: limit,
          ExclusiveStartKey: cursor === undefined ? undefined : { pk: partition, sk: decodeCursor(cursor) },
        }),
      );
      const rows = Items.map((item) => toRow<Row & object>(item).row);
      return LastEvaluatedKey ? { rows, nextCursor: encodeCursor(LastEvaluatedKey.sk) } : { rows };
    },

    async between(partition, from, to) {
      const { Items = [] } = await client.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
          ExpressionAttributeValues: { ':pk': partition, ':from': from, ':to': to },
          ScanIndexForward: false,
        }),
      );
      return Items.map((item) => toRow<never>(item).row);
    },
  };
}

/** Rows deleted side by side. Our own. */
const deletesAtOnce = 25;

export function readModelWriter(client: DynamoDBDocumentClient, table: string): ReadModelWriter {
  return {
    get: (key) => getRow(client, table, key),

    async putHead(key, row, version) {
      try {
        await client.send(
          new PutCommand({
            TableName: table,
            Item: { ...row, ...key, version },
            ConditionExpression: 'attribute_not_exists(pk) OR #version < :version',
            ExpressionAttributeNames: { '#version': 'version' },
            ExpressionAttributeValues: { ':version': version },
          }),
        );
      } catch (error) {
        // Another projector got as far: the row already says what this one would say.
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
      }
    },

    async putDetail(key, row) {
      await client.send(new PutCommand({ TableName: table, Item: { ...row, ...key } }));
    },

    async eraseDetails(partition) {
      const pages = paginateQuery(
        { client, pageSize: deletesAtOnce },
        {
          TableName: table,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': partition },
          ProjectionExpression: 'pk, sk',
          ConsistentRead: true,
        },
      );
      for await (const { Items = [] } of pages) {
        await Promise.all(Items.map((Key) => client.send(new DeleteCommand({ TableName: table, Key }))));
      }
    },
  };
}

async function getRow<Row extends object>(
  client: DynamoDBDocumentClient,
  table: string,
  key: RowKey,
): Promise<VersionedRow<Row> | undefined> {
  const { Item } = await client.send(
    new GetCommand({ TableName: table, Key: { ...key }, ConsistentRead: true }),
  );
  return Item ? toRow<Row>(Item) : undefined;
}

function toRow<Row extends object>(item: Record<string, unknown>): VersionedRow<Row> {
  const { pk, sk, version, ...row } = item;
  return { row: row as Row, version: Number(version) };
}

/** A cursor holds a sort key only; the partition comes from the caller, so a cursor opens no other tenant's rows. */
const encodeCursor = (sortKey: string) => Buffer.from(sortKey).toString('base64url');

function decodeCursor(cursor: string): string {
  const sortKey = Buffer.from(cursor, 'base64url').toString();
  if (sortKey !== '' && encodeCursor(sortKey) === cursor) return sortKey;
  throw new DomainError('invalid-request', 'cursor: is not one that this API gave; start without it.');
}
