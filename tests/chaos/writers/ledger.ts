import type { StreamId } from '@nova/shared/events/index';
import { streamKey } from '@nova/shared/tables';
import {
  type Commit,
  ContentionError,
  type EventStore,
  ExpectedVersionConflictError,
} from '../../../lambdas/event-store/store.ts';

/** One commit that a writer tried to append. */
export interface Entry {
  readonly stream: StreamId;
  /** As it was tried last: a writer that loses a race decides again. */
  commit: Commit;
  /** Version of its first event, once the store has said that it took it. */
  acknowledged?: number;
  /** A try of it was not answered: it may have landed or not. */
  unanswered?: boolean;
}

/** The store's answers to writers: what it must hold in the end. */
export class Ledger {
  readonly entries = new Map<string, Entry>();
  /** Streams that were written to, by key. */
  readonly streams = new Map<string, StreamId>();
  conflicts = 0;
  /** Commits and events that the store said it took. */
  acknowledgedCommits = 0;
  acknowledgedEvents = 0;

  tried(stream: StreamId, commit: Commit): Entry {
    const entry = this.entries.get(commit.commitId) ?? { stream, commit };
    entry.commit = commit;
    this.entries.set(commit.commitId, entry);
    this.streams.set(streamKey(stream), stream);
    return entry;
  }

  took(entry: Entry, firstVersion: number): void {
    entry.acknowledged = firstVersion;
    this.acknowledgedCommits += 1;
    this.acknowledgedEvents += entry.commit.events.length;
  }
}

/**
 * An event store that records each of its answers in the ledger.
 * @param isFault whether an error tells of a fault that passes: nobody knows what became of the commit
 */
export function withLedger(
  store: EventStore,
  ledger: Ledger,
  isFault: (error: unknown) => boolean,
): EventStore {
  return {
    ...store,
    async append(stream, expectedVersion, commit) {
      const entry = ledger.tried(stream, commit);
      try {
        const version = await store.append(stream, expectedVersion, commit);
        ledger.took(entry, expectedVersion + 1);
        return version;
      } catch (error) {
        if (error instanceof ExpectedVersionConflictError || error instanceof ContentionError)
          ledger.conflicts += 1;
        if (isFault(error)) entry.unanswered = true;
        throw error;
      }
    },
  };
}
