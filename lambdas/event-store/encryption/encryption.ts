import type { TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import type { CommitItem } from '@nova/shared/events/commit';
import type { RecordedEvent, StreamId } from '@nova/shared/events/index';

/** A key to be put with the commit that needs it, on condition that its stream has none; document-client form. */
export type KeyPut = NonNullable<NonNullable<TransactWriteCommandInput['TransactItems']>[number]['Put']>;

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
