import type { DomainEvent, StreamId } from '@nova/shared/events/index';
import { limits } from '@nova/shared/limits';
import type { AggregateRoot } from '../domain/aggregate.ts';
import type { EventStore } from '../event-store/store.ts';
import { logger } from '../runtime/instrumentation.ts';

/** A stream's state, and how far back its latest snapshot is. */
export interface KnownState<S> {
  readonly state: S;
  readonly version: number;
  /** 0 when there is none. */
  readonly snapshotVersion: number;
}

/**
 * Keeps a snapshot when one is due: one command in {@link limits.snapshotEvery} events pays for one more put. Never
 * throws: the command is done, and a snapshot that is missing only makes the next read longer.
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
    logger.warn('A snapshot was not kept; the stream is read from the one before', {
      stream,
      error: error as Error,
    });
  }
}

/** Of many writers only the one whose commit passes the mark; or anyone when that one did not keep it. */
function isDue({ version, snapshotVersion }: KnownState<unknown>, after: number): boolean {
  const marks = (events: number) => Math.floor(events / limits.snapshotEvery);
  return marks(after) > marks(version) || after - snapshotVersion >= 2 * limits.snapshotEvery;
}
