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
  /** To be put in one transaction with the commit. Empty except for the first commit that encrypts for a stream. */
  readonly keys: readonly KeyPut[];
}

/**
 * Encrypts the personal data of events under keys that can be destroyed. Destroying a stream's key erases the personal
 * data of the stream in every copy, and leaves its versions and counts. Stored attributes call encrypted data `sealed`.
 */
export interface Encryption {
  /**
   * Stored form of events about to be appended. When the transaction is refused only because of one of `keys`, another
   * commit has put that key meanwhile: encrypting once more finds it.
   * @param firstVersion version of the first event
   * @throws StreamErasedError when the stream or content item they belong to was erased
   */
  encrypt(stream: StreamId, firstVersion: number, events: readonly RecordedEvent[]): Promise<EncryptedEvents>;
  /** Call when a commit and its keys are stored: the next commit then reads no keys. */
  keysStored(keys: readonly KeyPut[]): void;
  /**
   * Items of commits with their personal data decrypted, or with placeholders where the key was destroyed. The items may
   * belong to any number of streams: keys are read 100 at a time. Data that cannot be decrypted stays encrypted, and an
   * item that is no commit stays as it is: `parseCommit` refuses both.
   * @param items as the document client returns them: bytes are a Uint8Array, not the base64 of a Lambda stream record
   */
  decrypt(items: readonly unknown[]): Promise<unknown[]>;
  /**
   * State of a stream, encrypted like its events.
   * @param owner the stream whose key encrypts it
   * @param context authenticated, not stored: decryption needs the same one
   * @returns undefined when the stream has no key: it never had personal data, or was erased
   */
  encryptState(
    owner: StreamId,
    context: string,
    state: unknown,
  ): Promise<Uint8Array<ArrayBuffer> | undefined>;
  /** @returns undefined when it cannot be decrypted, or no longer */
  decryptState(owner: StreamId, context: string, encrypted: Uint8Array): Promise<unknown>;
}

/** The stream, or the content item it belongs to, was erased: no personal data may be added. */
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

/** @param source where the keys are */
export function keyedEncryption(source: StreamKeys): Encryption {
  const keys = cachedKeys(source);
  return {
    async encrypt(stream, firstVersion, events) {
      const owners = [...new Set(events.flatMap((event) => ownerOf(stream, event) ?? []))];
      const isNew = (owner: string) => firstVersion === 1 && owner === streamKey(stream);
      // A new stream has no key yet: skipping the read saves a request. If it has one after all, the put is refused.
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

    async encryptState(owner, context, state) {
      const key = await keyOf(keys, owner);
      return key && encryptValue(key, context, state);
    },

    async decryptState(owner, context, encrypted) {
      const key = await keyOf(keys, owner);
      return key && decryptedOrUndefined(() => decryptValue(key, context, encrypted));
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
