import type { Unreadable } from '@nova/shared/operations';
import type { Context } from 'aws-lambda';
import pMap from 'p-map';
import { ProjectionError } from '../../../../domain/projections/fold.ts';
import type { StreamItems } from '../../../../event-store/commit-log.ts';
import {
  commitsBefore,
  eventsOfCommits,
  type Fault,
  type History,
  type ReadCommit,
  readablePart,
} from '../../project/history.ts';
import { projectStream, type RowTarget } from '../../project/project-stream.ts';

/** Streams whose rows are written in parallel. Our own. */
const streamsAtOnce = 25;
/** Characters of a reason that are kept. */
const reasonMost = 200;

/**
 * Writes the rows of whole streams, as far as these can be read, as the projector does: events that a row has absorbed
 * meanwhile are not written again.
 * @returns the first commit of each stream that cannot be read or projected
 */
export async function rebuildStreams(
  target: RowTarget,
  history: History,
  streams: readonly StreamItems[],
  context: Context,
): Promise<Unreadable[]> {
  const commits = await history.read(streams.flatMap(({ items }) => items));
  const byStream = Map.groupBy(commits, ({ stream }) => stream);
  const found = await pMap(
    byStream,
    async ([stream, read]): Promise<Unreadable | undefined> => {
      const fault = await rebuild(target, history, read, context);
      return fault && { stream, version: fault.version, reason: fault.reason.slice(0, reasonMost) };
    },
    { concurrency: streamsAtOnce },
  );
  return found.filter((one) => one !== undefined);
}

async function rebuild(
  target: RowTarget,
  history: History,
  commits: readonly ReadCommit[],
  context: Context,
): Promise<Fault | undefined> {
  const { commits: readable, fault } = readablePart(commits);
  return (await projectAsFarAsPossible(target, history, readable, context)) ?? fault;
}

async function projectAsFarAsPossible(
  target: RowTarget,
  history: History,
  commits: readonly ReadCommit[],
  context: Context,
): Promise<Fault | undefined> {
  const [first, ...others] = eventsOfCommits(commits);
  if (!first) return undefined;
  try {
    await projectStream(target, history, [first, ...others], context);
    return undefined;
  } catch (error) {
    if (!(error instanceof ProjectionError)) throw error;
    const { before, next } = commitsBefore(commits, error.version);
    await projectAsFarAsPossible(target, history, before, context);
    return { version: next, reason: error.message };
  }
}
