import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { contentStream, type StreamId } from '@nova/shared/events/index';
import { snapshotKey, streamKey } from '@nova/shared/tables';
import * as z from 'zod';
import type { Encryption } from './encryption/encryption.ts';
import type { Snapshot } from './store.ts';
import { type Item, isSnapshot, type Table } from './stream-items.ts';

/** A snapshot as the event store's table holds it, beside the commits. */
const SnapshotItem = z.object({
  version: z.int().positive(),
  stateVersion: z.int().positive(),
  /** The encrypted state. */
  sealed: z.instanceof(Uint8Array),
  contentId: z.string().optional(),
});

/** Puts a snapshot, unless there is no key to encrypt it with. */
export async function putSnapshot(
  { client, name }: Table,
  encryption: Encryption,
  stream: StreamId,
  { state, version, stateVersion, contentId }: Snapshot,
): Promise<void> {
  const key = { pk: streamKey(stream), sk: snapshotKey(version) };
  const sealed = await encryption.encryptState(ownerOf(stream, contentId), contextOfSnapshot(key), state);
  if (!sealed) return;
  const item = { ...key, version, stateVersion, sealed, contentId } satisfies z.infer<typeof SnapshotItem>;
  await client.send(new PutCommand({ TableName: name, Item: item }));
}

/** @returns undefined when the item is no snapshot, or cannot be decrypted, or no longer */
export async function decryptSnapshot(
  encryption: Encryption,
  stream: StreamId,
  item: Item,
): Promise<Snapshot | undefined> {
  const parsed = SnapshotItem.safeParse(item);
  if (!parsed.success) return undefined;
  const { sealed, contentId, version, stateVersion } = parsed.data;
  const owner = ownerOf(stream, contentId);
  const place = contextOfSnapshot({ pk: streamKey(stream), sk: snapshotKey(version) });
  const state = await encryption.decryptState(owner, place, sealed);
  return state === undefined ? undefined : { state, version, stateVersion, contentId };
}

/** Whether an item is a snapshot of a state version: other versions mean another thing by the same state. */
export const isSnapshotOf = (item: Item, stateVersion: number) =>
  isSnapshot(item) && item.stateVersion === stateVersion;

function ownerOf(stream: StreamId, contentId: string | undefined): StreamId {
  return contentId === undefined ? stream : contentStream(stream.tenant, contentId);
}

const contextOfSnapshot = ({ pk, sk }: { readonly pk: string; readonly sk: string }) => `${pk}@${sk}`;
