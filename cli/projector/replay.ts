import { setTimeout as delay } from 'node:timers/promises';
import type { Aggregate } from '@nova/shared/events/index';
import { ReplayProgress } from '@nova/shared/operations';
import { CliError } from '../errors.ts';
import type { Ask } from './ask.ts';

export interface ReplayPace {
  /** Milliseconds between two slices when the first got nowhere: readers' caches must run out before old rows go. */
  readonly idleMs: number;
  /** Slices in a row that may get nowhere. */
  readonly idleSlices: number;
}

const usualPace: ReplayPace = { idleMs: 500, idleSlices: 240 };

/**
 * Builds a projection anew, slice by slice, until it is done or blocked. Left at any point, it goes on from there when it is
 * asked for again.
 * @param onSlice how far it is
 */
export async function replay(
  ask: Ask,
  projection: Aggregate,
  signal: AbortSignal,
  onSlice: (progress: ReplayProgress) => void = () => {},
  pace: ReplayPace = usualPace,
): Promise<ReplayProgress> {
  let before = '';
  for (let idle = 0; idle <= pace.idleSlices; idle++) {
    const slice = await ask({ operation: 'replay', projection }, ReplayProgress, signal);
    onSlice(slice);
    if (slice.phase === 'done' || slice.phase === 'blocked') return slice;
    const now = JSON.stringify(slice);
    if (now === before) await delay(pace.idleMs, undefined, { signal });
    else idle = 0;
    before = now;
  }
  throw new CliError(
    `The replay of ${projection} does not get on. It keeps its place: look at the projector's log, then replay again.`,
  );
}
