import type { Verified } from './checks/operator.ts';
import type { Poison } from './faults/poison.ts';
import type { ChaosFixture } from './fixture.ts';
import type { Ledger } from './writers/ledger.ts';

/** What is not as was promised, each in a sentence. */
export interface Assessment {
  /** What the store took and is not in it, or never came to the rows or to the bus. */
  readonly lost: string[];
  /** What is in the store twice. */
  readonly doubled: string[];
  /** Streams whose events or rows are not what was written. */
  readonly differ: string[];
  readonly streams: number;
  readonly commits: number;
  readonly events: number;
}

export interface ChaosOptions {
  /** Events to write, at least. */
  readonly events: number;
  readonly seed: number;
  /** Streams open at once. */
  readonly streams: number;
  /** Share of commits that are poisoned. */
  readonly poison: number;
  /** Milliseconds until the platform must be idle. */
  readonly idleLimitMs: number;
  readonly onPhase?: (phase: string) => void;
  /** Called at the end, before the platform is closed. */
  readonly onEnd?: (fixture: ChaosFixture, ledger: Ledger) => Promise<void>;
}

export interface ChaosReport {
  readonly options: ChaosOptions;
  /** While poisoned streams cannot be read, and after everything was put back. */
  readonly before: Assessment;
  readonly after: Assessment;
  readonly verifiedBefore: Verified;
  readonly verifiedAfter: Verified;
  readonly conflicts: number;
  /** Commits of which writers never learned what became of them. */
  readonly unanswered: number;
  readonly acknowledgedEvents: number;
  readonly kills: number;
  readonly redeliveries: number;
  readonly faults: Readonly<Record<string, number>>;
  readonly poisons: readonly Poison[];
  /** Poisoned commits that are not in the failure destination, or not with their reason. */
  readonly notQuarantined: readonly string[];
  readonly quarantined: number;
  readonly redriven: number;
  /** Why commits could not be put back though all was mended. */
  readonly refused: readonly string[];
  /** Objects left in the failure destination in the end. */
  readonly left: number;
  readonly tookMs: number;
}
