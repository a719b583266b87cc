import type { Aggregate } from '@nova/shared/events/index';
import type { ProjectionState, Replay, Retiring } from '../../../../read-model/generations.ts';
import { rowPlaceOf } from '../../../../read-model/keys.ts';
import { type OperatorDependencies, sliceMs } from '../dependencies.ts';
import { moment, writersOverMs } from './begin-and-switch.ts';

/** Continues to delete rows that are no longer read, for one slice. The replay ends when none is left. */
export async function retire(
  dependencies: OperatorDependencies,
  projection: Aggregate,
  state: ProjectionState & { readonly replay: Replay },
): Promise<ProjectionState> {
  const [first, ...others] = state.retiring;
  if (!first) return { ...state, replay: undefined };
  const wait = Date.parse(first.after) - dependencies.clock.now();
  if (wait > 0) await dependencies.clock.pause(Math.min(wait, sliceMs));
  if (wait > sliceMs) return state;
  if (first.written) return givenUp(state, first, others, dependencies.clock.now());
  const { left, deleted } = await sweep(dependencies, projection, first);
  const replay = { ...state.replay, swept: (state.replay.swept ?? 0) + deleted };
  return { ...state, retiring: left ? [left, ...others] : others, replay };
}

/** No reader uses these rows. They are deleted once no batch of the projector can still write them. */
function givenUp(
  state: ProjectionState,
  { generation }: Retiring,
  others: readonly Retiring[],
  now: number,
): ProjectionState {
  return {
    ...state,
    write: state.write.filter((one) => one.generation !== generation),
    retiring: [...others, { generation, written: false, after: moment(now + writersOverMs) }],
  };
}

/** Result of one slice of a sweep. */
interface Swept {
  /** Absent when no rows are left. */
  readonly left?: Retiring;
  readonly deleted: number;
}

/** Deletes the rows of a generation. */
async function sweep(
  dependencies: OperatorDependencies,
  projection: Aggregate,
  retiring: Retiring,
): Promise<Swept> {
  const until = dependencies.clock.now() + sliceMs;
  let deleted = 0;
  for await (const { keys, next } of dependencies.table.keys(retiring.swept)) {
    const gone = keys.filter((item) => {
      const place = rowPlaceOf(item);
      return place?.key.collection === projection && place.generation === retiring.generation;
    });
    await dependencies.table.remove(gone);
    deleted += gone.length;
    if (!next) break;
    if (dependencies.clock.now() >= until) return { left: { ...retiring, swept: next }, deleted };
  }
  return { deleted };
}
