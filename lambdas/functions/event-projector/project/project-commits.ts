import type { Context } from 'aws-lambda';
import { ProjectionError } from '../../../domain/projections/fold.ts';
import { newest, projectionAt } from '../../../domain/projections/index.ts';
import { headKey } from '../../../domain/projections/projection.ts';
import type { Generation, ProjectionState, ReadModelState } from '../../../read-model/generations.ts';
import type { ProjectorDependencies } from './dependencies.ts';
import { commitsBefore, eventsOfCommits, type ReadCommit } from './history.ts';
import { HistoryBrokenError, projectStream } from './project-stream.ts';
import type { Unprojectable } from './quarantine.ts';

/** Number of commits that the rows of a generation have absorbed, and why not the next one. */
interface Taken {
  readonly count: number;
  readonly reason?: string;
}

/**
 * Projects commits of one stream into every generation that is kept up to date, then publishes them: the rows of an event
 * are in the read model before the event is on the bus.
 * @param commits in order
 * @returns the commits that no retry can project: the first for its own reason, the others because they follow it
 * @throws any other failure: a retry repeats everything, without a second effect on the rows
 */
export async function projectCommits(
  dependencies: ProjectorDependencies,
  state: ReadModelState,
  commits: readonly ReadCommit[],
  context: Context,
): Promise<Unprojectable[]> {
  const unreadable = commits.findIndex(({ fault }) => fault !== undefined);
  const readable = unreadable < 0 ? commits : commits.slice(0, unreadable);
  const aggregate = readable[0]?.events[0]?.stream.aggregate;
  if (!aggregate) return rejected(commits, commits[0]?.fault);

  await eraseRetired(dependencies, state[aggregate], readable);
  const { read, write } = state[aggregate];
  const takings = await Promise.all(
    write.map(async (generation) => ({
      generation,
      ...(await take(dependencies, generation, readable, context)),
    })),
  );
  const visible = takings.find(({ generation }) => generation.generation === read.generation);
  await dependencies.publish(eventsOfCommits(readable.slice(0, visible?.count ?? 0)));

  const [least] = takings.sort((a, b) => a.count - b.count);
  const count = least?.count ?? 0;
  return rejected(commits.slice(count), least?.reason ?? commits[count]?.fault);
}

/**
 * Rows that are no longer written wait for the end of their replay, which may never come. An erasure deletes from them
 * immediately.
 */
async function eraseRetired(
  { projections, rows }: ProjectorDependencies,
  { write, retiring }: ProjectionState,
  commits: readonly ReadCommit[],
): Promise<void> {
  const erased = eventsOfCommits(commits).find((event) =>
    newest(projections, event.stream.aggregate).leavesTombstone?.(event),
  );
  if (!erased) return;
  const written = new Set(write.map(({ generation }) => generation));
  const left = retiring.filter(({ generation }) => !written.has(generation));
  await Promise.all(left.map(({ generation }) => rows(generation).eraseStream(headKey(erased.stream))));
}

/** Projects as many of the commits as the rows of one generation can absorb. */
async function take(
  dependencies: ProjectorDependencies,
  { generation, version }: Generation,
  commits: readonly ReadCommit[],
  context: Context,
): Promise<Taken> {
  const [first, ...others] = eventsOfCommits(commits);
  if (!first) return { count: 0 };
  const projection = projectionAt(dependencies.projections, first.stream.aggregate, version);
  const target = { projection, rows: dependencies.rows(generation) };
  try {
    await projectStream(target, dependencies.history, [first, ...others], context);
    return { count: commits.length };
  } catch (error) {
    if (!(error instanceof ProjectionError || error instanceof HistoryBrokenError)) throw error;
    const { before } = commitsBefore(commits, error.version);
    const taken = await take(dependencies, { generation, version }, before, context);
    return { reason: error.message, ...taken };
  }
}

function rejected(commits: readonly ReadCommit[], reason: string | undefined): Unprojectable[] {
  const first = commits[0];
  return commits.map(({ stream, version, fault }) => ({
    stream,
    version,
    reason:
      fault ?? (version === first?.version ? reason : undefined) ?? `waits for ${stream}@${first?.version}`,
  }));
}
