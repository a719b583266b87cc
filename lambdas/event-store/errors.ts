/** The event store took nothing, and says why. */
export class EventStoreError extends Error {
  override readonly name: string = 'EventStoreError';
}

/** Someone else appended first; load and decide again. */
export class ConcurrencyError extends EventStoreError {
  override readonly name: string = 'ConcurrencyError';
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

/** Another write to the same place was under way, and which of them will be is not known yet; try again. */
export class ContentionError extends ConcurrencyError {
  override readonly name = 'ContentionError';

  constructor(stream: string, expectedVersion: number, cause: unknown) {
    super(stream, expectedVersion, 'unknown', 0);
    this.message = `Another write to ${stream} behind version ${expectedVersion} was under way`;
    this.cause = cause;
  }
}

/** The caller knows of a version that the stream does not have: it looked at another stream, or at another store. */
export class VersionAheadError extends EventStoreError {
  override readonly name = 'VersionAheadError';
  readonly expectedVersion: number;
  /** Version of the stream. */
  readonly version: number;

  constructor(stream: string, expectedVersion: number, version: number) {
    super(
      `${stream} is at version ${version}, not yet at ${expectedVersion}; load it and decide on what it says`,
    );
    this.expectedVersion = expectedVersion;
    this.version = version;
  }
}

/** The commit does not fit an item; payloads belong in S3. */
export class CommitTooLargeError extends EventStoreError {
  override readonly name = 'CommitTooLargeError';
}

/** An event is not what its schema says, so nobody could read it again. */
export class InvalidEventError extends EventStoreError {
  override readonly name = 'InvalidEventError';
}
