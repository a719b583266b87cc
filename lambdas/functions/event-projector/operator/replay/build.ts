import type { Aggregate } from '@nova/shared/events/index';
import type { Unreadable } from '@nova/shared/operations';
import type { Context } from 'aws-lambda';
import { newest } from '../../../../domain/projections/index.ts';
import type { StreamItems } from '../../../../event-store/commit-log.ts';
import type { Replay } from '../../../../read-model/generations.ts';
import { batches } from '../../../../runtime/batches.ts';
import { type OperatorDependencies, sliceMs } from '../dependencies.ts';
import { rebuildStreams } from './rebuild-streams.ts';

/**
 * Streams with an unreadable commit that the state keeps, so that the next run reads only these. The state of all
 * projections is one item, which must stay far below DynamoDB's 400 KB.
 */
const unreadableMost = 50;
/** Streams loaded in parallel. Our own. */
const loadsAtOnce = 10;

/** Continues the scan of the store for one slice. */
export async function build(
  dependencies: OperatorDependencies,
  projection: Aggregate,
  replay: Replay,
  context: Context,
): Promise<Replay> {
  const until = dependencies.clock.now() + sliceMs;
  let built = replay;
  for await (const { streams, position } of dependencies.log.scan(replay.cursor)) {
    const mine = streams.filter(({ stream }) => aggregateOf(stream) === projection);
    const unreadable = await rebuild(dependencies, projection, built, mine, context);
    built = {
      ...built,
      cursor: position,
      commits: built.commits + streams.reduce((sum, { items }) => sum + items.length, 0),
      streams: built.streams + mine.length,
      unreadable: [...built.unreadable, ...unreadable].slice(0, unreadableMost),
    };
    if (dependencies.clock.now() >= until) return built;
  }
  const phase = built.unreadable.length > 0 ? 'blocked' : 'building';
  return { ...built, phase, scanned: true };
}

/** Tries the unreadable streams again; scans the whole store again when there were more than the state keeps. */
export async function buildBlocked(
  dependencies: OperatorDependencies,
  projection: Aggregate,
  replay: Replay,
  context: Context,
): Promise<Replay> {
  if (replay.unreadable.length >= unreadableMost) {
    const { cursor, ...others } = replay;
    const again = {
      ...others,
      phase: 'building',
      scanned: false,
      commits: 0,
      streams: 0,
      unreadable: [],
    } as const;
    return build(dependencies, projection, again, context);
  }
  const unreadable: Unreadable[] = [];
  for (const some of batches(replay.unreadable, loadsAtOnce)) {
    const streams = await Promise.all(some.map(({ stream }) => dependencies.log.since(stream, 0)));
    unreadable.push(...(await rebuild(dependencies, projection, replay, streams, context)));
  }
  return { ...replay, unreadable };
}

function rebuild(
  dependencies: OperatorDependencies,
  projection: Aggregate,
  { generation }: Replay,
  streams: readonly StreamItems[],
  context: Context,
): Promise<Unreadable[]> {
  const target = {
    rows: dependencies.rows(generation),
    projection: newest(dependencies.projections, projection),
  };
  return rebuildStreams(target, dependencies.history, streams, context);
}

const aggregateOf = (stream: string) => stream.split('#')[1];
