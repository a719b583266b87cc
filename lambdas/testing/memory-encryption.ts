import { streamKey } from '@nova/shared/tables';
import type { Encryption, KeyPut } from '../event-store/encryption/encryption.ts';
import { keyedEncryption } from '../event-store/encryption/encryption.ts';
import type { StreamKey, StreamKeys } from '../event-store/encryption/stream-keys.ts';

/** Keys in memory, for tests. */
export interface MemoryKeys extends StreamKeys {
  /** Puts the keys of a commit, as a transaction does. @returns false when one is refused: none is put */
  commit(keys: readonly KeyPut[]): boolean;
  /** The streams of each read, one list per request. */
  readonly requests: readonly string[][];
}

export function memoryKeys(): MemoryKeys {
  const held = new Map<string, StreamKey>();
  const requests: string[][] = [];
  return {
    requests,
    async read(streams) {
      requests.push([...streams]);
      return new Map([...held].filter(([stream]) => streams.includes(stream)));
    },
    put: (stream, key) => ({ TableName: 'stream-keys', Item: { pk: stream, sk: 'key', dataKey: key } }),
    commit(keys) {
      if (keys.some(({ Item }) => held.has(Item?.pk))) return false;
      for (const { Item } of keys) held.set(Item?.pk, Item?.dataKey);
      return true;
    },
    async destroy(stream) {
      held.set(streamKey(stream), 'destroyed');
    },
  };
}

/** Encryption in memory, for tests: the real cipher with the keys in `keys`. */
export const memoryEncryption = (keys: StreamKeys = memoryKeys()): Encryption => keyedEncryption(keys);
