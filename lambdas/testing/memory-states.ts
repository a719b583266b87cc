import { type Aggregate, aggregates } from '@nova/shared/events/index';
import { newest, type Projections } from '../domain/projections/index.ts';
import { initialState, type ProjectionState, type StateStore } from '../read-model/generations.ts';

/** The read model's generations in memory, for tests: the same promises as the real one. */
export function memoryStates(projections: Projections): StateStore {
  const states = Object.fromEntries(
    aggregates.map((aggregate) => [aggregate, initialState(newest(projections, aggregate).version)]),
  ) as Record<Aggregate, ProjectionState>;
  return {
    async load() {
      return { ...states };
    },
    async save(aggregate, seen, next) {
      if (states[aggregate].revision !== seen.revision) return false;
      states[aggregate] = { ...next, revision: seen.revision + 1 };
      return true;
    },
  };
}
