import {
  type DynamoDBDocumentClient,
  type TransactWriteCommandInput,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import type { StreamId } from '@nova/shared/events/index';
import { streamKey } from '@nova/shared/tables';
import * as z from 'zod';
import { getItems } from '../../runtime/get-items.ts';

/** A key to be put with the commit that needs it, on condition that its stream has none; document-client form. */
export type KeyPut = NonNullable<NonNullable<TransactWriteCommandInput['TransactItems']>[number]['Put']>;

/** The key of a stream, or that it was destroyed. */
export type StreamKey = Uint8Array | 'destroyed';

/** Encryption keys, by the keys of their streams (`<tenant>#<aggregate>#<id>`). */
export interface StreamKeys {
  /** Keys of some streams; a stream that never had one is left out. */
  read(streams: readonly string[]): Promise<ReadonlyMap<string, StreamKey>>;
  /** The item that gives a stream its key, to be put in one transaction with the commit that needs it. */
  put(stream: string, key: Uint8Array): KeyPut;
  /** Destroys a stream's key permanently: the stream never gets another one. May be repeated. */
  destroy(stream: StreamId): Promise<void>;
}

const sk = 'key';

/** A destroyed key leaves the time of its destruction, so that a late writer cannot create a new key for the stream. */
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

/** How long a destroyed key may still be used by a process that has read it, milliseconds. */
const lifetimeMs = 60_000;
/** Keys held at most; about 100 bytes each. */
const capacity = 1000;

export interface CachedKeys extends StreamKeys {
  /** Adds a key that this process has put. */
  remember(stream: string, key: Uint8Array): void;
}

/**
 * Caches keys for a minute: a stream in use costs one read of its key. The absence of a key is not cached, since the
 * stream may get one at any time.
 * @param now wall clock, milliseconds: a process clock may stand still while Lambda keeps the sandbox frozen
 */
export function cachedKeys(keys: StreamKeys, now: () => number = Date.now): CachedKeys {
  const held = new Map<string, { readonly key: StreamKey; readonly since: number }>();

  function remember(stream: string, key: StreamKey, since: number): void {
    held.delete(stream);
    held.set(stream, { key, since });
    const [oldest] = held.keys();
    if (held.size > capacity && oldest !== undefined) held.delete(oldest);
  }

  function fresh(stream: string): StreamKey | undefined {
    const entry = held.get(stream);
    if (!entry) return undefined;
    const age = now() - entry.since;
    if (age >= 0 && age < lifetimeMs) return entry.key;
    held.delete(stream);
    return undefined;
  }

  return {
    async read(streams) {
      const found = new Map<string, StreamKey>();
      const missing: string[] = [];
      for (const stream of new Set(streams)) {
        const key = fresh(stream);
        if (key) found.set(stream, key);
        else missing.push(stream);
      }
      if (missing.length === 0) return found;
      // The minute starts before the read, so that a key destroyed during the read is not used for longer.
      const since = now();
      for (const [stream, key] of await keys.read(missing)) {
        found.set(stream, key);
        remember(stream, key, since);
      }
      return found;
    },
    remember: (stream, key) => remember(stream, key, now()),
    put: keys.put,
    async destroy(stream) {
      held.delete(streamKey(stream));
      await keys.destroy(stream);
      held.delete(streamKey(stream));
    },
  };
}
