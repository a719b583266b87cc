import { parseCommit, UnreadableCommitError } from '@nova/shared/events/commit';
import { type EventType, events } from '@nova/shared/events/index';
import { asErased } from '@nova/shared/events/personal';

type Members = Readonly<Record<string, unknown>>;

/** An event as it is stored: encrypted values stay encrypted. */
export interface StoredEvent {
  readonly stream: string;
  readonly version: number;
  readonly type: string;
  readonly schemaVersion: number | undefined;
  /** ISO 8601, UTC. */
  readonly occurredAt: string;
  /** `key:<api key id>` or `function:<name>`. */
  readonly actor: string;
  readonly correlationId: string;
  readonly causationId: string;
  readonly data: Members;
  /** Paths of encrypted values in the data. */
  readonly sealed: readonly string[];
  /** The reason why this version cannot read it. */
  readonly unreadable?: string;
}

/** Sort keys of commits are digits; other items of the partition, such as snapshots, have other keys. */
export const isCommitKey = (sortKey: unknown): sortKey is string =>
  typeof sortKey === 'string' && /^\d+$/.test(sortKey);

/** A commit's name for people and in requests: `tenant#job#id@3`. */
export const commitName = ({ stream, version }: { readonly stream: string; readonly version: number }) =>
  `${stream}@${version}`;

/** A reason without the commit's name it begins with, for a table that shows the name in another column. */
export const reasonWithout = (name: string, reason: string) =>
  reason.startsWith(`${name} `) ? reason.slice(name.length + 1) : reason;

const types: Readonly<Record<string, EventType>> = events;
const eventType = (name: string) => (Object.hasOwn(types, name) ? types[name] : undefined);

/** The events of a commit item. A damaged or unknown item still gives its readable members, and the reason. */
export function storedEvents(item: Members): StoredEvent[] {
  const unreadable = unreadableReason(item);
  const first = Number(item.sk);
  const recorded = Array.isArray(item.events) && item.events.length > 0 ? item.events : [{}];
  return recorded.map((event: unknown, index) => ({
    stream: text(item.pk),
    version: first + index,
    ...describe(isMembers(event) ? event : {}),
    ...(unreadable === undefined ? {} : { unreadable }),
  }));
}

/** The reason why this version cannot read a commit; undefined when it can. */
export function unreadableReason(item: Members): string | undefined {
  try {
    parseCommit(withPlaceholders(item));
    return undefined;
  } catch (error) {
    if (error instanceof UnreadableCommitError) return error.message;
    throw error;
  }
}

function describe(event: Members) {
  const metadata = isMembers(event.metadata) ? event.metadata : {};
  const type = text(event.type);
  return {
    type,
    schemaVersion: typeof event.schemaVersion === 'number' ? event.schemaVersion : undefined,
    occurredAt: text(event.occurredAt),
    actor: text(metadata.actor),
    correlationId: text(metadata.correlationId),
    causationId: text(metadata.causationId),
    data: isMembers(event.data) ? event.data : {},
    sealed: event.sealed === undefined ? [] : Object.keys(eventType(type)?.personal?.fields ?? {}),
  };
}

/** A commit as read without its encryption key: the members outside the encrypted values can be checked. */
function withPlaceholders(item: Members): Members {
  if (!Array.isArray(item.events)) return item;
  return {
    ...item,
    events: item.events.map((event: unknown) => (isMembers(event) ? withPlaceholder(event) : event)),
  };
}

function withPlaceholder({ sealed, ...event }: Members): Members {
  const personal = eventType(text(event.type))?.personal;
  if (!(sealed instanceof Uint8Array && personal && isMembers(event.data))) return { ...event, sealed };
  return asErased({ ...event, data: event.data }, personal);
}

const text = (value: unknown) => (typeof value === 'string' ? value : '');
const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
