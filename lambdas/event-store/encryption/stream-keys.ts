import { type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { StreamId } from '@nova/shared/events/index';
import { streamKey } from '@nova/shared/tables';
import * as z from 'zod';
import { getItems } from '../../runtime/get-items.ts';
import type { KeyPut } from './encryption.ts';

/** The key of a stream, or that it was destroyed. */
export type StreamKey = Uint8Array | 'destroyed';

/** Keys that seal streams, by the streams' own keys (`<tenant>#<aggregate>#<id>`). */
export interface StreamKeys {
  /** Keys of some streams; a stream that never had one is left out. */
  read(streams: readonly string[]): Promise<ReadonlyMap<string, StreamKey>>;
  /** The item that gives a stream its key, to be put in one transaction with the commit that needs it. */
  put(stream: string, key: Uint8Array): KeyPut;
  /** Destroys a stream's key for good: it never gets another. May be repeated. */
  destroy(stream: StreamId): Promise<void>;
}

const sk = 'key';

/** What stays where a key was destroyed is the moment, so that no late writer makes the stream a new one. */
const KeyItem = z.union([
  z.object({ pk: z.string(), erasedAt: z.string() }),
  z.object({ pk: z.string(), dataKey: z.instanceof(Uint8Array) }),
]);

/** Keys in one DynamoDB table. */
export function dynamodbStreamKeys(client: DynamoDBDocumentClient, table: string): StreamKeys {
  return {
    async read(streams) {
      const keys = [...new Set(streams)].map((pk) => ({ pk, sk }));
      const items = (await getItems(client, table, keys)).map((item) => KeyItem.parse(item));
      return new Map(items.map((item) => [item.pk, 'erasedAt' in item ? 'destroyed' : item.dataKey]));
    },

    put: (stream, key) => ({
      TableName: table,
      Item: { pk: stream, sk, dataKey: key },
      ConditionExpression: 'attribute_not_exists(pk)',
    }),

    async destroy(stream) {
      await client.send(
        new UpdateCommand({
          TableName: table,
          Key: { pk: streamKey(stream), sk },
          UpdateExpression: 'SET erasedAt = if_not_exists(erasedAt, :now) REMOVE dataKey',
          ExpressionAttributeValues: { ':now': new Date().toISOString() },
        }),
      );
    },
  };
}
