import { functions } from '@nova/shared/functions';
import { generationsAgeMs } from '../../../../read-model/current-generation.ts';
import type { ProjectionState, Replay, Retiring } from '../../../../read-model/generations.ts';

/**
 * Milliseconds until no reader uses the generation from before a switch: the lifetime of its cache, and as long again for
 * its request.
 */
const readersOverMs = 2 * generationsAgeMs;

/** Milliseconds until no projector writes a generation that was given up: no batch takes longer. */
export const writersOverMs = functions['event-projector'].timeoutSeconds * 1000 + 5000;

/**
 * Begins a new generation, which the projector keeps up to date from now on. It gives up one that was begun with another
 * version of the projection.
 */
export function begin(state: ProjectionState, version: number, now: number): ProjectionState {
  const generation = state.last + 1;
  const givenUp = state.write.filter(
    (one) => one.generation === state.replay?.generation && one.generation !== state.read.generation,
  );
  const retiring = givenUp.map((one): Retiring => {
    return { generation: one.generation, written: false, after: moment(now + writersOverMs) };
  });
  return {
    ...state,
    write: [...state.write.filter((one) => !givenUp.includes(one)), { generation, version }],
    last: generation,
    retiring: [...state.retiring, ...retiring],
    replay: { phase: 'building', generation, scanned: false, commits: 0, streams: 0, unreadable: [] },
  };
}

/** Switches reads to the new rows, which are complete. The old ones are written until no reader uses them. */
export function switchReads(state: ProjectionState, replay: Replay, now: number): ProjectionState {
  const read = state.write.find(({ generation }) => generation === replay.generation) ?? state.read;
  const others = state.write.filter(({ generation }) => generation !== read.generation);
  const retiring = others.map(({ generation }): Retiring => {
    return { generation, written: true, after: moment(now + readersOverMs) };
  });
  return {
    ...state,
    read,
    retiring: [...state.retiring, ...retiring],
    replay: { ...replay, phase: 'retiring' },
  };
}

export const moment = (ms: number) => new Date(ms).toISOString();
