import { setTimeout as delay } from 'node:timers/promises';
import type { Aggregate } from '@nova/shared/events/index';
import { ReplayProgress } from '@nova/shared/operations';
import { CliError } from '../errors.ts';
import type { AskProjector } from './ask.ts';

export type Phase = ReplayProgress['phase'];

export interface ReplayOptions {
  /** Phases that end the loop, besides `done` and `blocked`. */
  readonly stopIn?: readonly Phase[];
  /** Called with the progress after each slice. */
  readonly onSlice?: (progress: ReplayProgress) => void;
  /** Milliseconds to wait after a slice without progress. */
  readonly idleMs?: number;
  /** Limit of consecutive slices without progress: old rows are kept for a minute until no reader can use them. */
  readonly idleSlices?: number;
}

/**
 * Rebuilds a projection, slice by slice. It can be stopped at any point; the next call continues there.
 * @returns the progress at the end
 */
export async function replay(
  askProjector: AskProjector,
  projection: Aggregate,
  signal: AbortSignal,
  { stopIn = [], onSlice = () => {}, idleMs = 500, idleSlices = 240 }: ReplayOptions = {},
): Promise<ReplayProgress> {
  const ends = new Set<Phase>(['done', 'blocked', ...stopIn]);
  let before = '';
  for (let idle = 0; idle <= idleSlices; idle++) {
    const slice = await askProjector({ operation: 'replay', projection }, ReplayProgress, signal);
    onSlice(slice);
    if (ends.has(slice.phase)) return slice;
    const now = JSON.stringify(slice);
    if (now === before) await delay(idleMs, undefined, { signal });
    else idle = 0;
    before = now;
  }
  throw new CliError(
    `The replay of ${projection} makes no progress: check the projector's log, then run it again to continue.`,
  );
}
