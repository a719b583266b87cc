import { setTimeout as delay } from 'node:timers/promises';
import type { Aggregate } from '@nova/shared/events/index';
import { ReplayProgress } from '@nova/shared/operations';
import { CliError } from '../errors.ts';
import type { Ask } from './ask.ts';

export type Phase = ReplayProgress['phase'];

export interface ReplayOptions {
  /** Phases to leave it in; `done` and `blocked` always are. */
  readonly leaveIn?: readonly Phase[];
  /** How far it is, after each slice. */
  readonly onSlice?: (progress: ReplayProgress) => void;
  /** Milliseconds between two slices when the first got nowhere. */
  readonly idleMs?: number;
  /** Slices in a row that may get nowhere: old rows wait for a minute until nobody can be reading them. */
  readonly idleSlices?: number;
}

/**
 * Builds a projection anew, slice by slice. Left at any point, it goes on from there when it is asked for again.
 * @returns how it stands where it ended, or was to be left
 */
export async function replay(
  ask: Ask,
  projection: Aggregate,
  signal: AbortSignal,
  { leaveIn = [], onSlice = () => {}, idleMs = 500, idleSlices = 240 }: ReplayOptions = {},
): Promise<ReplayProgress> {
  const ends = new Set<Phase>(['done', 'blocked', ...leaveIn]);
  let before = '';
  for (let idle = 0; idle <= idleSlices; idle++) {
    const slice = await ask({ operation: 'replay', projection }, ReplayProgress, signal);
    onSlice(slice);
    if (ends.has(slice.phase)) return slice;
    const now = JSON.stringify(slice);
    if (now === before) await delay(idleMs, undefined, { signal });
    else idle = 0;
    before = now;
  }
  throw new CliError(
    `The replay of ${projection} does not get on. It keeps its place: look at the projector's log, then replay again.`,
  );
}
