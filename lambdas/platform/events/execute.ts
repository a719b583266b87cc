import { setTimeout as sleep } from 'node:timers/promises';
import type { DomainEvent, EventMetadata, StreamEvent, StreamId } from '@nova/shared/events/index';
import { limits } from '@nova/shared/limits';
import { v7 as uuid } from 'uuid';
import { type AggregateRoot, fold } from '../../domain/aggregate.ts';
import { ConcurrencyError, type EventStore } from './store.ts';

export interface Executed<S> {
  /** State after the command. */
  readonly state: S;
  /** What the command appended; empty when there was nothing to say. */
  readonly appended: readonly DomainEvent[];
  /** Version of the stream after the command. */
  readonly version: number;
}

/** Longest wait before a command is decided again, milliseconds; the actual wait is random below it. */
const maxBackoffMs = 100;

/**
 * Runs a command: load the stream, decide, append; once more from the start when someone else appended first, at most
 * {@link limits.appendAttempts} times.
 * @param decide pure; throws a DomainError to refuse
 * @throws what `decide` throws; ConcurrencyError when every try lost
 */
export async function execute<S, E extends DomainEvent>(
  store: EventStore,
  root: AggregateRoot<S, E>,
  stream: StreamId,
  metadata: EventMetadata,
  decide: (state: S) => readonly E[],
): Promise<Executed<S>> {
  const commitId = uuid();
  return retryConflicts(async () => {
    const loaded = await store.load(stream);
    const state = fold(root, eventsOf<E>(loaded.events));
    const events = decide(state);
    if (events.length === 0) return { state, appended: [], version: loaded.version };
    const commit = { commitId, occurredAt: new Date(), metadata, events };
    const version = await store.append(stream, loaded.version, commit);
    return { state: fold(root, events, state), appended: events, version };
  });
}

/**
 * Appends events whatever the stream's history says: for streams that only record. Costs the same at any length.
 * @throws ConcurrencyError when every try lost
 */
export async function record(
  store: EventStore,
  stream: StreamId,
  metadata: EventMetadata,
  events: readonly DomainEvent[],
): Promise<void> {
  const commitId = uuid();
  await retryConflicts(async () => {
    const version = await store.version(stream);
    await store.append(stream, version, { commitId, occurredAt: new Date(), metadata, events });
  });
}

async function retryConflicts<T>(run: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await run();
    } catch (error) {
      if (!(error instanceof ConcurrencyError) || attempt >= limits.appendAttempts) throw error;
      await sleep(Math.random() * Math.min(maxBackoffMs, 5 * 2 ** attempt));
    }
  }
}

/** State of a stream as it stands. */
export async function currentState<S, E extends DomainEvent>(
  store: EventStore,
  root: AggregateRoot<S, E>,
  stream: StreamId,
): Promise<S> {
  return fold(root, eventsOf<E>((await store.load(stream)).events));
}

/** A stream holds events of its own aggregate only, which is what `E` says. */
function eventsOf<E extends DomainEvent>(events: readonly StreamEvent[]): readonly E[] {
  return events as readonly unknown[] as readonly E[];
}
