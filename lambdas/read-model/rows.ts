import { type DynamoDBDocumentClient, GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { DomainError } from '../domain/errors.ts';
import type { RowKey, RowPartition } from '../domain/projections/projection.ts';
import { currentGeneration } from './current-generation.ts';
import { itemKey, partitionKey } from './keys.ts';

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

/** The read model: rows by key, and pages of one partition, of the generation that is current. */
export interface ReadModel {
  /** @returns undefined when there is none; one without a version counts as none */
  get<Row extends object>(key: RowKey): Promise<VersionedRow<Row> | undefined>;
  page<Row extends object>(partition: RowPartition, options: PageOptions): Promise<Page<Row>>;
  /** Rows with ids between two, both included; the caller bounds their number. */
  between<Row extends object>(partition: RowPartition, from: string, to: string): Promise<readonly Row[]>;
}

export function readModel(client: DynamoDBDocumentClient, table: string): ReadModel {
  const generationOf = currentGeneration(client, table);
  return {
    async get(key) {
      return getRow(client, table, key, await generationOf(key.collection));
    },

    async page<Row>(partition: RowPartition, { limit, cursor, order }: PageOptions) {
      const pk = partitionKey(partition, await generationOf(partition.collection));
      const { Items = [], LastEvaluatedKey } = await client.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': pk },
          ScanIndexForward: order === 'ascending',
          Limit: limit,
          ExclusiveStartKey: cursor === undefined ? undefined : { pk, sk: decodeCursor(cursor) },
        }),
      );
      const rows = Items.map((item) => toRow<Row & object>(item));
      return LastEvaluatedKey ? { rows, nextCursor: encodeCursor(LastEvaluatedKey.sk) } : { rows };
    },

    async between(partition, from, to) {
      const pk = partitionKey(partition, await generationOf(partition.collection));
      const { Items = [] } = await client.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
          ExpressionAttributeValues: { ':pk': pk, ':from': from, ':to': to },
          ScanIndexForward: false,
        }),
      );
      return Items.map((item) => toRow<never>(item));
    },
  };
}

export async function getRow<Row extends object>(
  client: DynamoDBDocumentClient,
  table: string,
  key: RowKey,
  generation: number,
): Promise<VersionedRow<Row> | undefined> {
  const { Item } = await client.send(
    new GetCommand({ TableName: table, Key: { ...itemKey(key, generation) }, ConsistentRead: true }),
  );
  return Item && toVersionedRow<Row>(Item);
}

type Item = Readonly<Record<string, unknown>>;

/** @returns undefined for a row without a version: the events it has absorbed are unknown */
export function toVersionedRow<Row extends object>(item: Item): VersionedRow<Row> | undefined {
  return typeof item.version === 'number' ? { row: toRow<Row>(item), version: item.version } : undefined;
}

export function toRow<Row extends object>(item: Item): Row {
  const { pk, sk, version, ...row } = item;
  return row as Row;
}

/** A cursor holds a sort key only; the partition comes from the caller, so a cursor cannot reach another tenant's rows. */
const encodeCursor = (sortKey: string) => Buffer.from(sortKey).toString('base64url');

function decodeCursor(cursor: string): string {
  const sortKey = Buffer.from(cursor, 'base64url').toString();
  if (sortKey !== '' && encodeCursor(sortKey) === cursor) return sortKey;
  throw new DomainError('invalid-request', 'cursor: is not one that this API gave; start without it.');
}
