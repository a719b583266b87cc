import type { DomainEvent, EventMetadata, StreamEvent, StreamId } from '@nova/shared/events/index';

/** Version of a stream that has no events. */
export const STREAM_DOES_NOT_EXIST = 0;

export interface LoadedStream {
  /** In order, from version 1 or the one after the given version. */
  readonly events: readonly StreamEvent[];
  /** Version of the last event; {@link STREAM_DOES_NOT_EXIST} when there is none. */
  readonly version: number;
}

/** State of a stream at a version: a cache, so that a long stream is not read from its start. */
export interface Snapshot {
  readonly state: unknown;
  /** Of the last event the state has absorbed. */
  readonly version: number;
  /** `stateVersion` of the aggregate root that made the state. */
  readonly stateVersion: number;
  /** Content item that erases the state with its own erasure; the stream's own erasure when absent. */
  readonly contentId?: string | undefined;
}

/** A stream from its latest snapshot on; `events` are those since, or all. */
export interface StreamFromSnapshot extends LoadedStream {
  readonly snapshot: Snapshot | undefined;
}

export interface Commit {
  /** The same for every attempt of one command: an attempt that finds its own commit has succeeded. */
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
  /** A whole stream page by page, for callers that must not hold all of it in memory. */
  pages(stream: StreamId): AsyncIterable<readonly StreamEvent[]>;
  /** A stream from its latest snapshot of a state version on; from its start when there is no readable snapshot. */
  loadFromSnapshot(stream: StreamId, stateVersion: number): Promise<StreamFromSnapshot>;
  /** Saves a snapshot, unless the stream has no key to encrypt it with: it never had one, or was erased. */
  saveSnapshot(stream: StreamId, snapshot: Snapshot): Promise<void>;
  /** Version of the stream's last event; {@link STREAM_DOES_NOT_EXIST} when there is none. */
  version(stream: StreamId): Promise<number>;
  /**
   * Appends a commit after `expectedVersion`, in one request. A version that this store has not seen itself costs a read
   * first.
   * @returns the stream's version after it
   * @throws ExpectedVersionConflictError when the stream has moved on
   * @throws VersionAheadError, InvalidEventError, CommitTooLargeError, StreamErasedError before any write
   */
  append(stream: StreamId, expectedVersion: number, commit: Commit): Promise<number>;
}

/** The event store refused an append; nothing was written. */
export class EventStoreError extends Error {
  override readonly name: string = 'EventStoreError';
}

/** Another commit is behind the expected version; load the stream and decide again. */
export class ExpectedVersionConflictError extends EventStoreError {
  override readonly name = 'ExpectedVersionConflictError';
  readonly expectedVersion: number;
  /** Id of the commit that is there instead. */
  readonly winner: string;
  /** Version of the stream after that commit: where the next one may be. */
  readonly version: number;

  /** @param count events of the commit that won */
  constructor(stream: string, expectedVersion: number, winner: string, count: number) {
    super(`${stream} has moved on from version ${expectedVersion}: commit ${winner} came first`);
    this.expectedVersion = expectedVersion;
    this.winner = winner;
    this.version = expectedVersion + count;
  }
}

/**
 * Another write to the same place is under way, and DynamoDB does not say yet which of them succeeds: try the same
 * append again. Unlike an {@link ExpectedVersionConflictError} it does not say that the append has lost.
 */
export class ContentionError extends EventStoreError {
  override readonly name = 'ContentionError';
  /** Version behind which the append was to be: the stream is known to reach it. */
  readonly expectedVersion: number;

  constructor(stream: string, expectedVersion: number, cause: unknown) {
    super(`Another write to ${stream} behind version ${expectedVersion} was under way`);
    this.cause = cause;
    this.expectedVersion = expectedVersion;
  }
}

/** The stream does not reach the expected version: the caller loaded another stream, or from another store. */
export class VersionAheadError extends EventStoreError {
  override readonly name = 'VersionAheadError';
  readonly expectedVersion: number;
  /** Version of the stream. */
  readonly version: number;

  constructor(stream: string, expectedVersion: number, version: number) {
    super(`${stream} is at version ${version}, not yet at ${expectedVersion}; load it and decide again`);
    this.expectedVersion = expectedVersion;
    this.version = version;
  }
}

/** The commit does not fit an item; payloads belong in S3. */
export class CommitTooLargeError extends EventStoreError {
  override readonly name = 'CommitTooLargeError';
}

/** An event does not match its schema, so it could not be read again. */
export class InvalidEventError extends EventStoreError {
  override readonly name = 'InvalidEventError';
}
