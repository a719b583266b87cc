import type { DomainEvent, EventMetadata, StreamEvent, StreamId } from '@nova/shared/events/index';

export {
  CommitTooLargeError,
  ContentionError,
  EventStoreError,
  ExpectedVersionConflictError,
  InvalidEventError,
  VersionAheadError,
} from './errors.ts';

/** Version of a stream that has no events. */
export const STREAM_DOES_NOT_EXIST = 0;

export interface LoadedStream {
  /** In order, from version 1 or the one after that asked for. */
  readonly events: readonly StreamEvent[];
  /** Version of the last event; {@link STREAM_DOES_NOT_EXIST} when there is none. */
  readonly version: number;
}

/** State of a stream at a version: a cache, so that long streams need not be read from their start. */
export interface Snapshot {
  readonly state: unknown;
  /** Of the last event the state has absorbed. */
  readonly version: number;
  /** `stateVersion` of the aggregate root that made the state. */
  readonly stateVersion: number;
  /** Content item whose erasure erases the state; the stream's own erasure when absent. */
  readonly contentId?: string | undefined;
}

/** A stream from its latest snapshot on; `events` are those since, or all. */
export interface StreamFromSnapshot extends LoadedStream {
  readonly snapshot: Snapshot | undefined;
}

export interface Commit {
  /** The same for every try of one command: a try that finds its own commit has succeeded. */
  readonly commitId: string;
  readonly occurredAt: Date;
  readonly metadata: EventMetadata;
  readonly events: readonly DomainEvent[];
}

/**
 * The event store: streams of events, appended in commits that are whole or not there. Every call may throw an
 * InvalidStreamError, and every call that reads an UnreadableCommitError, also where an event of a stream is missing.
 */
export interface EventStore {
  /**
   * A stream, or its end.
   * @param after version that is known already: loads what came after it only
   * @throws VersionAheadError when the stream does not reach `after`
   */
  load(stream: StreamId, after?: number): Promise<LoadedStream>;
  /** A whole stream page by page, for whoever must not hold all of it at once. */
  pages(stream: StreamId): AsyncIterable<readonly StreamEvent[]>;
  /** A stream from its latest snapshot of a state version on; from its start when there is none that can be read. */
  loadFromSnapshot(stream: StreamId, stateVersion: number): Promise<StreamFromSnapshot>;
  /** Keeps a snapshot. Not kept when the stream has no key to seal it with: it never had one, or was erased. */
  saveSnapshot(stream: StreamId, snapshot: Snapshot): Promise<void>;
  /** Version of the stream's last event; {@link STREAM_DOES_NOT_EXIST} when there is none. */
  version(stream: StreamId): Promise<number>;
  /**
   * Appends a commit after `expectedVersion`, in one request. A version that this store has not itself seen costs a
   * read first.
   * @returns the stream's version after it
   * @throws ExpectedVersionConflictError when the stream has moved on
   * @throws VersionAheadError, InvalidEventError, CommitTooLargeError, StreamErasedError before any write
   */
  append(stream: StreamId, expectedVersion: number, commit: Commit): Promise<number>;
}
