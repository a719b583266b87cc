import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, type DynamoDBDocumentClient, PutCommand, paginateQuery } from '@aws-sdk/lib-dynamodb';
import { detailsOf, type RowKey, type RowPartition } from '../domain/projections/projection.ts';
import { itemKey, partitionKey } from './keys.ts';
import { getRow, type VersionedRow } from './rows.ts';

/** Writes the rows of one generation. Only the projector does. */
export interface RowWriter {
  /** @returns undefined when there is none; one without a version counts as none */
  get(key: RowKey): Promise<VersionedRow | undefined>;
  /**
   * Puts a head row, unless the stored row has the same version or a higher one. One write.
   * @returns whether it was put
   */
  putHead(key: RowKey, row: object, version: number): Promise<boolean>;
  putDetail(key: RowKey, row: object): Promise<void>;
  /** Deletes every detail row of a partition; may be repeated. */
  eraseDetails(partition: RowPartition): Promise<void>;
  /** Deletes every row of a stream, at any version; may be repeated. */
  eraseStream(head: RowKey): Promise<void>;
}

/** Rows deleted in parallel. Our own. */
const deletesAtOnce = 25;

export function rowWriter(client: DynamoDBDocumentClient, table: string, generation: number): RowWriter {
  const deleteRow = (Key: Record<string, unknown>) =>
    client.send(new DeleteCommand({ TableName: table, Key }));
  const eraseDetails: RowWriter['eraseDetails'] = async (partition) => {
    const pages = paginateQuery(
      { client, pageSize: deletesAtOnce },
      {
        TableName: table,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': partitionKey(partition, generation) },
        ProjectionExpression: 'pk, sk',
        ConsistentRead: true,
      },
    );
    for await (const { Items = [] } of pages) await Promise.all(Items.map(deleteRow));
  };
  return {
    get: (key) => getRow(client, table, key, generation),
    eraseDetails,

    async eraseStream(head) {
      await deleteRow({ ...itemKey(head, generation) });
      await eraseDetails(detailsOf(head));
    },

    async putHead(key, row, version) {
      try {
        await client.send(
          new PutCommand({
            TableName: table,
            Item: { ...row, ...itemKey(key, generation), version },
            ConditionExpression: 'attribute_not_exists(#version) OR #version < :version',
            ExpressionAttributeNames: { '#version': 'version' },
            ExpressionAttributeValues: { ':version': version },
          }),
        );
        return true;
      } catch (error) {
        // Another projector has got as far: the row is the same already.
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
        return false;
      }
    },

    async putDetail(key, row) {
      await client.send(new PutCommand({ TableName: table, Item: { ...row, ...itemKey(key, generation) } }));
    },
  };
}
