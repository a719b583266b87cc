import type { Aggregate } from '@nova/shared/events/index';
import type { ReplayProgress } from '@nova/shared/operations';
import type { Context } from 'aws-lambda';
import { newest } from '../../../../domain/projections/index.ts';
import type { ProjectionState, Replay } from '../../../../read-model/generations.ts';
import type { OperatorDependencies } from '../dependencies.ts';
import { begin, switchReads } from './begin-and-switch.ts';
import { build, buildBlocked } from './build.ts';
import { retire } from './retire.ts';

/** Unreadable commits in a response. */
const unreadableReported = 20;

/**
 * One slice of rebuilding a projection from the store, beside the rows in use. The progress is stored, so any slice may be
 * the last, and the next request continues; concurrent requests share the work.
 */
export async function replaySlice(
  dependencies: OperatorDependencies,
  projection: Aggregate,
  context: Context,
): Promise<ReplayProgress> {
  const state = (await dependencies.states.load())[projection];
  const next = await step(dependencies, projection, state, context);
  const saved = next === state || (await dependencies.states.save(projection, state, next));
  // A concurrent slice has saved its progress first, and that counts. The rows of this slice are correct all the same.
  const now = saved ? next : (await dependencies.states.load())[projection];
  const { generation, commits, streams, unreadable, swept } = now.replay ?? ended(saved ? state : now);
  return {
    phase: now.replay?.phase ?? 'done',
    generation,
    commits,
    streams,
    total: await dependencies.log.total(),
    ...(swept === undefined ? {} : { swept }),
    unreadable: unreadable.slice(0, unreadableReported),
  };
}

async function step(
  dependencies: OperatorDependencies,
  projection: Aggregate,
  state: ProjectionState,
  context: Context,
): Promise<ProjectionState> {
  const { version } = newest(dependencies.projections, projection);
  const { replay } = state;
  if (replay?.phase === 'retiring') return retire(dependencies, projection, { ...state, replay });
  const target = state.write.find(({ generation }) => generation === replay?.generation);
  // The first slice only announces the generation: from then on the projector writes the new rows too.
  if (!replay || target?.version !== version) return begin(state, version, dependencies.clock.now());
  const built = await (replay.phase === 'blocked' ? buildBlocked : build)(
    dependencies,
    projection,
    replay,
    context,
  );
  const next = { ...state, replay: built };
  return built.scanned && built.unreadable.length === 0
    ? switchReads(next, built, dependencies.clock.now())
    : next;
}

/** Progress of a replay that has ended. */
function ended({ replay, read }: ProjectionState): Omit<Replay, 'phase' | 'scanned'> {
  return replay ?? { generation: read.generation, commits: 0, streams: 0, unreadable: [] };
}
