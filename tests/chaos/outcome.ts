import type { Verified } from './checks/operator.ts';
import type { Poison } from './faults/poison.ts';
import type { ChaosFixture } from './fixture.ts';
import type { Ledger } from './writers/ledger.ts';

/** The violations of each guarantee, each as a sentence. */
export interface Assessment {
  /** Commits that the store accepted and that are missing from it, from the rows or from the bus. */
  readonly lost: string[];
  /** Commits that are stored twice. */
  readonly doubled: string[];
  /** Streams with other events or rows than those written. */
  readonly differ: string[];
  readonly streams: number;
  readonly commits: number;
  readonly events: number;
}

export interface ChaosOptions {
  /** Events to write, at least. */
  readonly events: number;
  readonly seed: number;
  /** Streams that are open at the same time. */
  readonly streams: number;
  /** Share of commits that are poisoned. */
  readonly poison: number;
  /** Milliseconds within which the platform must become idle. */
  readonly idleLimitMs: number;
  readonly onPhase?: (phase: string) => void;
  /** Called at the end, before the platform is closed. */
  readonly onEnd?: (fixture: ChaosFixture, ledger: Ledger) => Promise<void>;
}

export interface ChaosReport {
  readonly options: ChaosOptions;
  /** Differences while poisoned streams cannot be read, and after everything was redriven. */
  readonly before: Assessment;
  readonly after: Assessment;
  readonly verifiedBefore: Verified;
  readonly verifiedAfter: Verified;
  readonly conflicts: number;
  /** Commits with an unknown outcome: their writers got no response. */
  readonly unanswered: number;
  readonly acknowledgedEvents: number;
  readonly kills: number;
  readonly redeliveries: number;
  readonly faults: Readonly<Record<string, number>>;
  readonly poisons: readonly Poison[];
  /** Poisoned commits that are missing from the failure destination, or have another reason there. */
  readonly notQuarantined: readonly string[];
  readonly quarantined: number;
  readonly redriven: number;
  /** Reasons why commits could not be redriven although all were repaired. */
  readonly refused: readonly string[];
  /** Objects left in the failure destination at the end. */
  readonly left: number;
  readonly tookMs: number;
}
