import { CommitItem } from '@nova/shared/events/commit';
import {
  type EventType,
  events as eventTypes,
  type RecordedEvent,
  type StreamId,
} from '@nova/shared/events/index';
import { limits } from '@nova/shared/limits';
import { streamKey, versionKey } from '@nova/shared/tables';
import type * as z from 'zod';
import { type Commit, CommitTooLargeError, InvalidEventError } from './store.ts';

const types: Readonly<Record<string, EventType>> = eventTypes;

/** How an event's time and metadata are stored: the schema that also reads them. */
const Stored = CommitItem.shape.events.element.pick({ occurredAt: true, metadata: true });

/**
 * Events of a commit as the store keeps them, checked by their schemas.
 * @throws InvalidEventError naming the event and the member, CommitTooLargeError for too many
 */
export function recordedEvents(stream: StreamId, commit: Commit): RecordedEvent[] {
  const { events, metadata } = commit;
  if (events.length < 1 || events.length > limits.eventsPerCommit) {
    throw new CommitTooLargeError(
      `A commit holds 1 to ${limits.eventsPerCommit} events, not ${events.length}`,
    );
  }
  const occurredAt = Number.isNaN(commit.occurredAt.getTime()) ? 'never' : commit.occurredAt.toISOString();
  return events.map((event, index) => {
    const where = `Event ${index + 1} of ${events.length} for ${streamKey(stream)}, ${event.type}`;
    const type = Object.hasOwn(types, event.type) ? types[event.type] : undefined;
    if (!type) throw new InvalidEventError(`${where}: there is no such type`);
    if (type.aggregate !== stream.aggregate) {
      throw new InvalidEventError(`${where}: belongs to the history of a ${type.aggregate}`);
    }
    const data = checked(type.data, event.data, where, 'data');
    const stored = checked(Stored, { occurredAt, metadata }, where);
    return { type: event.type, schemaVersion: type.schemaVersion, data, ...stored } as RecordedEvent;
  });
}

/** @throws InvalidEventError */
function checked<S extends z.ZodType>(
  schema: S,
  value: unknown,
  where: string,
  ...within: readonly string[]
): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(
    ({ path, message }) => `${[...within, ...path].join('.')} ${message}`,
  );
  throw new InvalidEventError(`${where}: ${faults.join('; ')}`);
}

/**
 * The item that holds a commit.
 * @param events in their stored form
 * @throws CommitTooLargeError, RangeError
 */
export function commitItem(
  stream: StreamId,
  expectedVersion: number,
  commitId: string,
  events: CommitItem['events'],
): CommitItem {
  if (!Number.isSafeInteger(expectedVersion) || expectedVersion < 0) {
    throw new RangeError(`expectedVersion: must be a whole number from 0, and is ${expectedVersion}`);
  }
  const sk = versionKey(expectedVersion + 1);
  const item: CommitItem = { pk: streamKey(stream), sk, commitId, count: events.length, events };
  const bytes = itemBytes(item);
  if (bytes > limits.dynamodbItemBytes) throw tooLarge(item, `${bytes} bytes`);
  return item;
}

/** @param size how large it is, as far as that is known */
export function tooLarge({ pk }: CommitItem, size: string): CommitTooLargeError {
  return new CommitTooLargeError(
    `${size} in a commit of ${pk}, and an item of DynamoDB holds ${limits.dynamodbItemBytes} at most; put payloads in S3`,
  );
}

/**
 * Bytes of a DynamoDB item, which holds 400 KB at most: the names of its attributes and their values.
 * Source: DynamoDB developer guide, "DynamoDB item sizes and formats".
 * @param item as the document client takes it; members that are undefined are left out of items
 */
export function itemBytes(item: Readonly<Record<string, unknown>>): number {
  return Object.entries(item).reduce((bytes, member) => bytes + memberBytes(member), 0);
}

/** A list or map, and each of its elements. */
const documentBytes = 3;
const elementBytes = 1;

function memberBytes([name, value]: readonly [string, unknown]): number {
  return value === undefined ? 0 : Buffer.byteLength(name) + valueBytes(value);
}

function valueBytes(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (typeof value === 'number') return numberBytes(value);
  if (value === null || typeof value !== 'object') return 1;
  if (value instanceof Uint8Array) return value.byteLength;
  if (Array.isArray(value)) {
    return value.reduce<number>(
      (bytes, element) => bytes + elementBytes + valueBytes(element),
      documentBytes,
    );
  }
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return members.reduce((bytes, member) => bytes + elementBytes + memberBytes(member), documentBytes);
}

/** One byte for two significant digits, one more, and one for the sign of a negative number. */
function numberBytes(value: number): number {
  const [mantissa = ''] = String(Math.abs(value)).split('e');
  const digits = mantissa.replace('.', '').replace(/^0+|0+$/g, '').length;
  return Math.ceil(digits / 2) + 1 + (value < 0 ? 1 : 0);
}
