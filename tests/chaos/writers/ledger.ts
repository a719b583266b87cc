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
  /** As it was in the last attempt: a writer that loses a conflict decides again. */
  commit: Commit;
  /** Version of its first event, once the store has accepted it. */
  acknowledged?: number;
  /** An attempt got no response: its outcome is unknown. */
  unanswered?: boolean;
}

/** The store's responses to writers: what it must hold at the end. */
export class Ledger {
  readonly entries = new Map<string, Entry>();
  /** Streams that were written to, by key. */
  readonly streams = new Map<string, StreamId>();
  conflicts = 0;
  /** Commits and events that the store accepted. */
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
 * An event store that records each response in the ledger.
 * @param isFault whether an error is a temporary fault, after which the outcome of the commit is unknown
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
