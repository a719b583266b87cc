import type { CommitLog } from '../../../event-store/commit-log.ts';
import type { RowTable } from '../../../read-model/row-table.ts';
import type { ProjectorDependencies } from '../project/dependencies.ts';

/** Dependencies of the operators' requests. */
export interface OperatorDependencies extends ProjectorDependencies {
  readonly log: CommitLog;
  readonly table: RowTable;
  readonly clock: Clock;
}

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  pause(ms: number): Promise<unknown>;
}

/** Milliseconds after which a slice starts no further work. The function has a minute; a person watches the progress. */
export const sliceMs = 5000;
