/** The event store took nothing, and says why. */
export class EventStoreError extends Error {
  override readonly name: string = 'EventStoreError';
}

/** Another commit is behind the expected version; load the stream and decide again. */
export class ExpectedVersionConflictError extends EventStoreError {
  override readonly name = 'ExpectedVersionConflictError';
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
