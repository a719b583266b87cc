import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { CommitItem } from '@nova/shared/events/commit';
import type { StreamId } from '@nova/shared/events/index';
import { streamKey } from '@nova/shared/tables';
import { type CachedKeys, cachedKeys } from './cached-keys.ts';
import { decryptValue, encryptValue, newKey } from './cipher.ts';
import {
  decryptEvent,
  decryptedOrUndefined,
  encryptEvent,
  hasEncryptedPart,
  ownerOf,
  storedOwnerOf,
} from './encrypted-event.ts';
import { type Encryption, StreamErasedError } from './encryption.ts';
import { dynamodbStreamKeys, type StreamKey, type StreamKeys } from './stream-keys.ts';

/** Encryption with keys in a DynamoDB table. */
export const dynamodbEncryption = (client: DynamoDBDocumentClient, table: string): Encryption =>
  keyedEncryption(dynamodbStreamKeys(client, table));

/** Encryption with keys from wherever they are kept. */
export function keyedEncryption(source: StreamKeys): Encryption {
  const keys = cachedKeys(source);
  return {
    async encrypt(stream, firstVersion, events) {
      const owners = [...new Set(events.flatMap((event) => ownerOf(stream, event) ?? []))];
      const isNew = (owner: string) => firstVersion === 1 && owner === streamKey(stream);
      // A stream that begins has no key yet: not asking for it saves the request. If it has, the put is refused.
      const known = await readIfAny(
        keys,
        owners.filter((owner) => !isNew(owner)),
      );
      const created = new Map<string, Uint8Array>();
      for (const owner of owners) {
        if (known.get(owner) === 'destroyed') throw new StreamErasedError(owner);
        if (!known.has(owner)) created.set(owner, newKey());
      }
      const all = new Map([...known, ...created]);
      return {
        events: events.map((event, index) => encryptEvent(stream, firstVersion + index, event, all)),
        keys: [...created].map(([owner, key]) => source.put(owner, key)),
      };
    },

    keysStored(puts) {
      for (const { Item } of puts) keys.remember(Item?.pk, Item?.dataKey);
    },

    async decrypt(items) {
      const commits = items.map((item) =>
        hasEncryptedPart(item) ? CommitItem.safeParse(item).data : undefined,
      );
      const known = await readIfAny(keys, commits.flatMap(ownersOf));
      return items.map((item, index) => {
        const commit = commits[index];
        if (!commit) return item;
        const first = Number(commit.sk);
        const events = commit.events.map((event, place) =>
          decryptEvent(commit.pk, first + place, event, known),
        );
        return { ...commit, events };
      });
    },

    async encryptState(owner, place, state) {
      const key = await keyOf(keys, owner);
      return key && encryptValue(key, place, state);
    },

    async decryptState(owner, place, sealed) {
      const key = await keyOf(keys, owner);
      return key && decryptedOrUndefined(() => decryptValue(key, place, sealed));
    },
  };
}

function ownersOf(commit: CommitItem | undefined): string[] {
  if (!commit) return [];
  return commit.events.flatMap((event) => (event.sealed && storedOwnerOf(commit.pk, event)) ?? []);
}

async function readIfAny(
  keys: CachedKeys,
  owners: readonly string[],
): Promise<ReadonlyMap<string, StreamKey>> {
  return owners.length > 0 ? keys.read(owners) : new Map();
}

async function keyOf(keys: CachedKeys, owner: StreamId): Promise<Uint8Array | undefined> {
  const key = (await keys.read([streamKey(owner)])).get(streamKey(owner));
  return key === 'destroyed' ? undefined : key;
}
