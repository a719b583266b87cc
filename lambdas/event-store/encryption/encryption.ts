import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { CommitItem } from '@nova/shared/events/commit';
import type { RecordedEvent, StreamId } from '@nova/shared/events/index';
import { streamKey } from '@nova/shared/tables';
import { decryptValue, encryptValue, newKey } from './cipher.ts';
import {
  decryptEvent,
  decryptedOrUndefined,
  encryptEvent,
  hasEncryptedPart,
  ownerOf,
  storedOwnerOf,
} from './encrypted-event.ts';
import {
  type CachedKeys,
  cachedKeys,
  dynamodbStreamKeys,
  type KeyPut,
  type StreamKey,
  type StreamKeys,
} from './stream-keys.ts';

export type { KeyPut } from './stream-keys.ts';

export interface EncryptedEvents {
  readonly events: CommitItem['events'];
  /** To be put in one transaction with the commit. Empty for all but the first commit that seals for a stream. */
  readonly keys: readonly KeyPut[];
}

/**
 * Keeps what is personal in events under keys that can be destroyed. Whoever destroys a stream's key erases what the
 * stream said, in every copy of it, and leaves its versions and counts.
 */
export interface Encryption {
  /**
   * Stored form of events about to be appended. When the transaction is refused for one of `keys` alone, another commit
   * has put that key meanwhile: sealing again, once, finds it.
   * @param firstVersion version of the first event
   * @throws StreamErasedError when what they belong to was erased
   */
  encrypt(stream: StreamId, firstVersion: number, events: readonly RecordedEvent[]): Promise<EncryptedEvents>;
  /** The commit and its keys are stored: the next commit need not read them. */
  keysStored(keys: readonly KeyPut[]): void;
  /**
   * Items of commits with their personal data back in place, or with placeholders where the key was destroyed. Items
   * of any number of streams together: their keys are read 100 at once. A sealed part that cannot be opened stays, and
   * so does an item that is no commit: `parseCommit` says that these cannot be read.
   * @param items as the document client gives them: bytes are a Uint8Array, not the base64 of a Lambda stream record
   */
  decrypt(items: readonly unknown[]): Promise<unknown[]>;
  /**
   * Some state of a stream, sealed like its events.
   * @param owner the stream whose key seals it
   * @param place what is opened must have been sealed for the same place
   * @returns undefined when the stream has no key: there is nothing to keep, or nothing may be kept
   */
  encryptState(owner: StreamId, place: string, state: unknown): Promise<Uint8Array<ArrayBuffer> | undefined>;
  /** @returns undefined when it cannot be opened, or no longer */
  decryptState(owner: StreamId, place: string, sealed: Uint8Array): Promise<unknown>;
}

/** What the events are about was erased, so nothing personal may be added to it. */
export class StreamErasedError extends Error {
  override readonly name = 'StreamErasedError';
  /** Key of the stream that was erased. */
  readonly stream: string;

  constructor(stream: string) {
    super(`${stream} was erased: nothing personal can be appended for it`);
    this.stream = stream;
  }
}

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
