import type { DomainEvent, EventMetadata, StreamEvent, StreamId } from '@nova/shared/events/index';
import { limits } from '@nova/shared/limits';
import { streamKey } from '@nova/shared/tables';
import { v7 as uuid } from 'uuid';
import { type AggregateRoot, fold } from '../domain/aggregate.ts';
import { StreamErasedError } from '../event-store/encryption/encryption.ts';
import type { EventStore } from '../event-store/store.ts';
import { logger } from '../runtime/instrumentation.ts';
import { appendSurely, untilAppended } from './retry.ts';

export interface Executed<S> {
  /** State after the command. */
  readonly state: S;
  /** What the command appended; empty when there was nothing to say. */
  readonly appended: readonly DomainEvent[];
  /** Version of the stream after the command. */
  readonly version: number;
}

/**
 * Runs a command: loads the stream, decides, appends; after a conflict it decides again on the events since, for at most
 * {@link limits.appendPatienceMs}. The cost does not grow with the stream: it saves a snapshot now and then.
 * @param decide pure; throws a DomainError to refuse
 * @throws what `decide` throws; ExpectedVersionConflictError when every attempt lost; StreamErasedError when its events hold
 * personal data of something that was erased
 */
export async function execute<S, E extends DomainEvent>(
  store: EventStore,
  root: AggregateRoot<S, E>,
  stream: StreamId,
  metadata: EventMetadata,
  decide: (state: S) => readonly E[],
): Promise<Executed<S>> {
  const command = () => decideAndAppend(store, root, stream, metadata, decide);
  try {
    return await command();
  } catch (error) {
    // Erased since it was loaded: its events show that by now, and a decision on them contains no personal data.
    if (error instanceof StreamErasedError && error.stream === streamKey(stream)) return command();
    throw error;
  }
}

async function decideAndAppend<S, E extends DomainEvent>(
  store: EventStore,
  root: AggregateRoot<S, E>,
  stream: StreamId,
  metadata: EventMetadata,
  decide: (state: S) => readonly E[],
): Promise<Executed<S>> {
  const commitId = uuid();
  let known: KnownState<S> | undefined;
  return untilAppended(async () => {
    const before = await knownState(store, root, stream, known);
    known = before;
    const events = decide(before.state);
    if (events.length === 0) return { state: before.state, appended: [], version: before.version };
    const commit = { commitId, occurredAt: new Date(), metadata, events };
    const version = await appendSurely(store, stream, before.version, commit);
    const state = fold(root, events, before.state);
    await saveSnapshotIfDue(store, root, stream, before, { state, version });
    return { state, appended: events, version };
  });
}

/**
 * Appends events whatever the stream's history is: for streams that only record. The cost does not grow with the stream;
 * each conflict costs one more request.
 * @throws ExpectedVersionConflictError when every attempt lost for {@link limits.appendPatienceMs}
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
    await appendSurely(store, stream, version, { commitId, occurredAt: new Date(), metadata, events });
  });
}

/** Current state of a stream. */
export async function currentState<S, E extends DomainEvent>(
  store: EventStore,
  root: AggregateRoot<S, E>,
  stream: StreamId,
): Promise<S> {
  return (await knownState(store, root, stream)).state;
}

/** @param known earlier state: only later events are read */
async function knownState<S, E extends DomainEvent>(
  store: EventStore,
  root: AggregateRoot<S, E>,
  stream: StreamId,
  known?: KnownState<S>,
): Promise<KnownState<S>> {
  if (known) {
    const { events, version } = await store.load(stream, known.version);
    return { ...known, state: fold(root, eventsOfAggregate<E>(events), known.state), version };
  }
  const { snapshot, events, version } = await store.loadFromSnapshot(stream, root.stateVersion);
  // This root has made the state, since the snapshot has its state version.
  const from = snapshot ? (snapshot.state as S) : root.initialState;
  return {
    state: fold(root, eventsOfAggregate<E>(events), from),
    version,
    snapshotVersion: snapshot?.version ?? 0,
  };
}

/** A stream has events of its own aggregate only, which are `E`. */
function eventsOfAggregate<E extends DomainEvent>(events: readonly StreamEvent[]): readonly E[] {
  return events as readonly unknown[] as readonly E[];
}

/** A stream's state, and the version of its latest snapshot. */
export interface KnownState<S> {
  readonly state: S;
  readonly version: number;
  /** 0 when there is none. */
  readonly snapshotVersion: number;
}

/**
 * Saves a snapshot when one is due: one command in {@link limits.snapshotEvery} events pays for one more put. Never
 * throws: the command has succeeded, and a missing snapshot only makes the next read longer.
 */
export async function saveSnapshotIfDue<S, E extends DomainEvent>(
  store: EventStore,
  root: AggregateRoot<S, E>,
  stream: StreamId,
  before: KnownState<S>,
  after: { readonly state: S; readonly version: number },
): Promise<void> {
  if (!isDue(before, after.version)) return;
  const { stateVersion } = root;
  try {
    await store.saveSnapshot(stream, { ...after, stateVersion, contentId: root.contentId?.(after.state) });
  } catch (error) {
    logger.warn('A snapshot was not saved; the stream is read from the one before', {
      stream,
      error: error as Error,
    });
  }
}

/** Due for the writer of the commit that passes the multiple; for any writer when that one did not save it. */
function isDue({ version, snapshotVersion }: KnownState<unknown>, after: number): boolean {
  const marks = (events: number) => Math.floor(events / limits.snapshotEvery);
  return marks(after) > marks(version) || after - snapshotVersion >= 2 * limits.snapshotEvery;
}
