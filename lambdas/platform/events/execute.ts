import { setTimeout as sleep } from 'node:timers/promises';
import type { DomainEvent, EventMetadata, StreamEvent, StreamId } from '@nova/shared/events/index';
import { limits } from '@nova/shared/limits';
import { v7 as uuid } from 'uuid';
import { type AggregateRoot, fold } from '../../domain/aggregate.ts';
import { ConcurrencyError, type EventStore, STREAM_DOES_NOT_EXIST } from './store.ts';

export interface Executed<S> {
  /** State after the command. */
  readonly state: S;
  /** What the command appended; empty when there was nothing to say. */
  readonly appended: readonly DomainEvent[];
  /** Version of the stream after the command. */
  readonly version: number;
}

/** Longest pause before an append is tried again, milliseconds; the actual one is random below it. */
const jitterMs = 5;

/**
 * Runs a command: load the stream, decide, append; when someone else appended first, decide again on what came since,
 * for at most {@link limits.appendPatienceMs}.
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
  let state = root.initialState;
  let version = STREAM_DOES_NOT_EXIST;
  return untilAppended(async () => {
    const since = await store.load(stream, version);
    state = fold(root, eventsOf<E>(since.events), state);
    version = since.version;
    const events = decide(state);
    if (events.length === 0) return { state, appended: [], version };
    const commit = { commitId, occurredAt: new Date(), metadata, events };
    const after = await store.append(stream, version, commit);
    return { state: fold(root, events, state), appended: events, version: after };
  });
}

/**
 * Appends events whatever the stream's history says: for streams that only record. Costs the same at any length, and
 * one request more for each commit that came first.
 * @throws ConcurrencyError when every try lost for {@link limits.appendPatienceMs}
 */
export async function record(
  store: EventStore,
  stream: StreamId,
  metadata: EventMetadata,
  events: readonly DomainEvent[],
): Promise<void> {
  const commitId = uuid();
  await untilAppended(async (lost) => {
    const version = lost?.version ?? (await store.version(stream));
    await store.append(stream, version, { commitId, occurredAt: new Date(), metadata, events });
  });
}

/**
 * Tries to append until it succeeds. Of the writers that aim at one place in a stream one always succeeds, so time
 * bounds the tries and not their number: that depends on how many others there are.
 * @param attempt is told which commit the try before lost to
 * @throws ConcurrencyError after {@link limits.appendPatienceMs}; what else `attempt` throws, at once
 */
export async function untilAppended<T>(attempt: (lost?: ConcurrencyError) => Promise<T>): Promise<T> {
  const givesUpAt = performance.now() + limits.appendPatienceMs;
  let lost: ConcurrencyError | undefined;
  for (;;) {
    try {
      return await attempt(lost);
    } catch (error) {
      if (!(error instanceof ConcurrencyError) || performance.now() >= givesUpAt) throw error;
      lost = error;
      await sleep(Math.random() * jitterMs);
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
