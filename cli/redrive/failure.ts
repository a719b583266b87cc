import type { FunctionName } from '@nova/shared/functions';

/** A place in the event store. */
export interface CommitPlace {
  readonly stream: string;
  readonly version: number;
  /** Why this build cannot read it, or why the projector put it aside. */
  readonly reason: string;
}

interface Failed {
  /** What it is named by: the same as long as it waits. */
  readonly key: string;
  readonly reason: string;
  /** ISO 8601, UTC. */
  readonly since: string;
}

/** A commit that the projector put aside, because no retry could help. */
export interface Quarantined extends Failed {
  readonly kind: 'parked';
  /** Key of its object in the failure bucket. */
  readonly object: string;
  readonly commits: readonly CommitPlace[];
}

/** A batch of stream records that Lambda gave up on after its last retry. */
export interface Discarded extends Failed {
  readonly kind: 'discarded';
  readonly object: string;
  readonly commits: readonly CommitPlace[];
}

/** An event that a function never took, or gave up on. */
export interface DeadLetter extends Failed {
  readonly kind: 'dead letter';
  readonly queueUrl: string;
  readonly receipt: string;
  /** The function it was meant for. */
  readonly target: FunctionName;
  /** What the function is invoked with. */
  readonly payload: string;
}

/** An object in the failure bucket that is not what should be there. */
export interface Malformed extends Failed {
  readonly kind: 'malformed';
  readonly object: string;
}

export type Failure = Quarantined | Discarded | DeadLetter | Malformed;

/** By stream, then version: the order commits must be put back in. */
export const inStreamOrder = (
  a: Pick<CommitPlace, 'stream' | 'version'>,
  b: Pick<CommitPlace, 'stream' | 'version'>,
) => (a.stream === b.stream ? a.version - b.version : a.stream < b.stream ? -1 : 1);
