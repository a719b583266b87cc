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
import { CommitTooLargeError, InvalidEventError } from './errors.ts';
import { itemBytes } from './item-bytes.ts';
import type { Commit } from './store.ts';

const types: Readonly<Record<string, EventType>> = eventTypes;

/** How an event's moment and metadata are stored: read back by the same schema. */
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
