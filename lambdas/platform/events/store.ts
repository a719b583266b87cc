import type { DomainEvent, EventMetadata, StreamEvent, StreamId } from '@nova/shared/events/index';

/** Version of a stream that has no events. */
export const STREAM_DOES_NOT_EXIST = 0;

export interface LoadedStream {
  /** In order, from version 1 or the one after that asked for. */
  readonly events: readonly StreamEvent[];
  /** Version of the last event; {@link STREAM_DOES_NOT_EXIST} when there is none. */
  readonly version: number;
}

export interface Commit {
  /** The same for every try of one command: a try that finds its own commit has succeeded. */
  readonly commitId: string;
  readonly occurredAt: Date;
  readonly metadata: EventMetadata;
  readonly events: readonly DomainEvent[];
}

/** The event store: streams of events, appended in commits that are whole or not there. */
export interface EventStore {
  /** @param after version of a commit's last event: loads what came after it only, for whoever knows the rest */
  load(stream: StreamId, after?: number): Promise<LoadedStream>;
  /** Version of the stream's last event; {@link STREAM_DOES_NOT_EXIST} when there is none. */
  version(stream: StreamId): Promise<number>;
  /**
   * Appends a commit after `expectedVersion`, in one request.
   * @returns the stream's version after it
   * @throws ConcurrencyError when the stream has moved on
   * @throws CommitTooLargeError before any write
   */
  append(stream: StreamId, expectedVersion: number, commit: Commit): Promise<number>;
}

/** Someone else appended first; load and decide again. */
export class ConcurrencyError extends Error {
  override readonly name = 'ConcurrencyError';
  readonly expectedVersion: number;
  /** The commit that won. */
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

/** The commit does not fit an item; payloads belong in S3. */
export class CommitTooLargeError extends Error {
  override readonly name = 'CommitTooLargeError';
}
