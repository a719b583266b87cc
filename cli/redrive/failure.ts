import type { FunctionName } from '@nova/shared/functions';

/** A commit in the event store. */
export interface FailedCommit {
  readonly stream: string;
  readonly version: number;
  /** Why this version cannot read it, or why the projector quarantined it. */
  readonly reason: string;
}

interface FailureBase {
  /** Identifies the failure; it does not change. */
  readonly key: string;
  readonly reason: string;
  /** ISO 8601, UTC. */
  readonly since: string;
}

/** A commit that the projector set aside, because no retry could help. */
export interface Quarantined extends FailureBase {
  readonly kind: 'parked';
  /** Key of its object in the failure bucket. */
  readonly object: string;
  readonly commits: readonly FailedCommit[];
}

/** A batch of stream records that Lambda gave up on after the last retry. */
export interface Discarded extends FailureBase {
  readonly kind: 'discarded';
  readonly object: string;
  readonly commits: readonly FailedCommit[];
}

/** An event that a function never received, or gave up on. */
export interface DeadLetter extends FailureBase {
  readonly kind: 'dead letter';
  readonly queueUrl: string;
  readonly receipt: string;
  /** The function that is invoked with it. */
  readonly target: FunctionName;
  readonly payload: string;
}

/** An object in the failure bucket that no function of Nova or Lambda wrote. */
export interface UnknownObject extends FailureBase {
  readonly kind: 'malformed';
  readonly object: string;
}

export type Failure = Quarantined | Discarded | DeadLetter | UnknownObject;

/** By stream, then version: the order in which commits must be redriven. */
export const inStreamOrder = (
  a: Pick<FailedCommit, 'stream' | 'version'>,
  b: Pick<FailedCommit, 'stream' | 'version'>,
) => (a.stream === b.stream ? a.version - b.version : a.stream < b.stream ? -1 : 1);
