import { type DynamoDBDocumentClient, GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { RowKey, RowPartition } from '../domain/projections/projection.ts';
import { getItems } from '../runtime/get-items.ts';
import { currentGeneration } from './current-generation.ts';
import { itemKey, partitionKey } from './keys.ts';
import { fillPage, firstId, lastId, type Page, type PageOptions } from './page.ts';

/** A head row and the version of its stream it has absorbed. */
export interface VersionedRow<Row extends object = object> {
  readonly row: Row;
  readonly version: number;
}

/** The read model: rows by key, and pages of one partition, of the generation that is current. */
export interface ReadModel {
  /** @returns undefined when there is none; one without a version counts as none */
  get<Row extends object>(key: RowKey): Promise<VersionedRow<Row> | undefined>;
  /** Head rows by their keys; the missing ones are left out. */
  all<Row extends object>(keys: readonly RowKey[]): Promise<readonly Row[]>;
  page<Row extends object>(partition: RowPartition, options: PageOptions<Row>): Promise<Page<Row>>;
  /** Rows with ids between two, both included; the caller bounds their number. */
  between<Row extends object>(partition: RowPartition, from: string, to: string): Promise<readonly Row[]>;
}

export function readModel(client: DynamoDBDocumentClient, table: string): ReadModel {
  const generationOf = currentGeneration(client, table);
  return {
    async get(key) {
      return getRow(client, table, key, await generationOf(key.collection));
    },

    async all<Row extends object>(keys: readonly RowKey[]) {
      const wanted = keys.map(async (key) => ({ ...itemKey(key, await generationOf(key.collection)) }));
      const items = await getItems(client, table, await Promise.all(wanted));
      return items.map((item) => toRow<Row>(item));
    },

    async page<Row extends object>(partition: RowPartition, options: PageOptions<Row>) {
      const pk = partitionKey(partition, await generationOf(partition.collection));
      return fillPage(options, async (after, limit) => {
        const { Items = [], LastEvaluatedKey } = await client.send(
          new QueryCommand({
            TableName: table,
            KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
            ExpressionAttributeValues: {
              ':pk': pk,
              ':from': options.from ?? firstId,
              ':to': options.to ?? lastId,
            },
            ScanIndexForward: options.order === 'ascending',
            Limit: limit,
            ExclusiveStartKey: after === undefined ? undefined : { pk, sk: after },
          }),
        );
        const found = Items.map((item) => ({ id: String(item.sk), row: toRow<Row>(item) }));
        return { found, more: LastEvaluatedKey !== undefined };
      });
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
