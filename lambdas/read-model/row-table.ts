import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  paginateQuery,
  paginateScan,
} from '@aws-sdk/lib-dynamodb';
import pMap from 'p-map';
import type { RowKey, RowPartition } from '../domain/projections/projection.ts';
import { getItems } from '../runtime/get-items.ts';
import { stateKey } from './generations.ts';
import { type ItemKey, itemKey, partitionKey } from './keys.ts';
import { toRow, toVersionedRow, type VersionedRow } from './rows.ts';

/** A page of the table: keys of rows, and where the next ones start; absent at the end. */
export interface KeysPage {
  readonly keys: readonly ItemKey[];
  readonly next: ItemKey | undefined;
}

/** The read model's table as a whole: to compare its rows, or to delete them. */
export interface RowTable {
  /** Head rows of one generation, in the order of the keys; undefined where there is none. */
  heads(keys: readonly RowKey[], generation: number): Promise<(VersionedRow | undefined)[]>;
  /** Detail rows of a stream, by their ids. */
  details(partition: RowPartition, generation: number): Promise<ReadonlyMap<string, object>>;
  /** Keys of all rows, of any generation. */
  keys(after?: ItemKey): AsyncIterable<KeysPage>;
  /** Deletes rows; may be repeated. */
  remove(keys: readonly ItemKey[]): Promise<void>;
}

/** Rows deleted in parallel. Our own. */
const deletesAtOnce = 25;

/** @param pageSize keys of a page at most; as many as DynamoDB gives, a megabyte of rows, when absent */
export function rowTable(client: DynamoDBDocumentClient, table: string, pageSize?: number): RowTable {
  return {
    async heads(keys, generation) {
      const wanted = keys.map((key) => itemKey(key, generation));
      const items = await getItems(
        client,
        table,
        wanted.map(({ pk, sk }) => ({ pk, sk })),
      );
      const found = new Map(items.map((item) => [`${item.pk} ${item.sk}`, item]));
      return wanted.map(({ pk, sk }) => {
        const item = found.get(`${pk} ${sk}`);
        return item && toVersionedRow(item);
      });
    },

    async details(partition, generation) {
      const rows = new Map<string, object>();
      const pages = paginateQuery(
        { client },
        {
          TableName: table,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': partitionKey(partition, generation) },
          ConsistentRead: true,
        },
      );
      for await (const { Items = [] } of pages)
        for (const item of Items) rows.set(String(item.sk), toRow(item));
      return rows;
    },

    async *keys(after) {
      const startingToken = after && { ...after };
      const input = {
        TableName: table,
        ConsistentRead: true,
        ProjectionExpression: 'pk, sk',
        Limit: pageSize,
      };
      for await (const { Items = [], LastEvaluatedKey } of paginateScan({ client, startingToken }, input)) {
        const keys = Items.map(toKey).filter(({ pk }) => pk !== stateKey.pk);
        yield { keys, next: LastEvaluatedKey && toKey(LastEvaluatedKey) };
      }
    },

    async remove(keys) {
      const remove = (Key: ItemKey) => client.send(new DeleteCommand({ TableName: table, Key: { ...Key } }));
      await pMap(keys, remove, { concurrency: deletesAtOnce });
    },
  };
}

const toKey = ({ pk, sk }: Record<string, unknown>): ItemKey => ({ pk: String(pk), sk: String(sk) });
