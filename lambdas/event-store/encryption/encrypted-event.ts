import type { CommitItem } from '@nova/shared/events/commit';
import {
  type EventType,
  events as eventTypes,
  type RecordedEvent,
  type StreamId,
} from '@nova/shared/events/index';
import { fill, keyOwner, split } from '@nova/shared/events/personal';
import { InvalidStreamError, streamKey } from '@nova/shared/tables';
import { DecryptionError, decryptValue, encryptValue } from './cipher.ts';
import type { StreamKey } from './stream-keys.ts';

export type StoredEvent = CommitItem['events'][number];
type AnyEvent = Pick<StoredEvent, 'type' | 'data'>;
type Keys = ReadonlyMap<string, StreamKey>;

const personalOf = (type: string) => {
  const known: EventType | undefined = Object.hasOwn(eventTypes, type)
    ? eventTypes[type as keyof typeof eventTypes]
    : undefined;
  return known?.personal;
};

/** Encryption context of an event: its data does not decrypt as another event's. */
const contextOfEvent = (stream: string, version: number, type: string) => `${stream}@${version}#${type}`;

/** Key of the stream with the encryption key of an event; undefined when the event has no personal data. */
export function ownerOf(stream: StreamId, { type, data }: AnyEvent): string | undefined {
  const personal = personalOf(type);
  return personal && streamKey(keyOwner(stream, personal, data));
}

/** The same for a stored event; undefined also when its commit names no stream, which `parseCommit` reports. */
export function storedOwnerOf(pk: string, event: AnyEvent): string | undefined {
  const [tenant, aggregate, ...id] = pk.split('#');
  try {
    return ownerOf({ tenant, aggregate, id: id.join('#') } as StreamId, event);
  } catch (error) {
    if (error instanceof InvalidStreamError) return undefined;
    throw error;
  }
}

/** An event as it is stored, its personal data encrypted with its owner's key, in the attribute `sealed`. */
export function encryptEvent(
  stream: StreamId,
  version: number,
  { type, schemaVersion, occurredAt, data, metadata }: RecordedEvent,
  keys: Keys,
): StoredEvent {
  const event = { type, schemaVersion, occurredAt, metadata };
  const personal = personalOf(type);
  const parts = personal && split(data, personal);
  if (!parts || Object.keys(parts.personal).length === 0) return { ...event, data };
  const key = keys.get(streamKey(keyOwner(stream, personal, data)));
  if (!(key instanceof Uint8Array))
    throw new Error(`There is no key to encrypt ${type} of ${streamKey(stream)}`);
  const sealed = encryptValue(key, contextOfEvent(streamKey(stream), version, type), parts.personal);
  return { ...event, data: parts.clear, sealed };
}

/** A stored event with its personal data, or placeholders where the key is gone; unchanged when decryption fails. */
export function decryptEvent(pk: string, version: number, event: StoredEvent, keys: Keys): StoredEvent {
  const { sealed, ...clear } = event;
  const personal = personalOf(event.type);
  const owner = storedOwnerOf(pk, event);
  if (!sealed || !personal || !owner) return event;
  const key = keys.get(owner);
  if (!(key instanceof Uint8Array)) return { ...clear, data: fill(event.data, personal.fields) };
  const values = decryptedOrUndefined(() =>
    decryptValue(key, contextOfEvent(pk, version, event.type), sealed),
  );
  return isRecord(values) ? { ...clear, data: fill(event.data, values) } : event;
}

/** @returns undefined when decryption fails */
export function decryptedOrUndefined(decrypt: () => unknown): unknown {
  try {
    return decrypt();
  } catch (error) {
    if (error instanceof DecryptionError) return undefined;
    throw error;
  }
}

/** Whether an item, which may be no commit, has an event with encrypted data. */
export function hasEncryptedPart(item: unknown): boolean {
  return (
    isRecord(item) &&
    Array.isArray(item.events) &&
    item.events.some((event) => isRecord(event) && event.sealed !== undefined)
  );
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
