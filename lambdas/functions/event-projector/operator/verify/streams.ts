import type { Difference, Unreadable } from '@nova/shared/operations';
import { foldRows, noRows, ProjectionError, type StreamRows } from '../../../../domain/projections/fold.ts';
import { projectionAt } from '../../../../domain/projections/index.ts';
import { detailsOf, headKey, type Projection } from '../../../../domain/projections/projection.ts';
import type { StreamItems } from '../../../../event-store/commit-log.ts';
import type { ReadModelState } from '../../../../read-model/generations.ts';
import { batches } from '../../../../runtime/batches.ts';
import {
  commitsBefore,
  eventsOfCommits,
  type Fault,
  type ReadCommit,
  readablePart,
} from '../../project/history.ts';
import type { OperatorDependencies } from '../dependencies.ts';
import { type ActualRows, type Compared, differencesOf } from './compare.ts';

/** Pauses before differing rows are read again, milliseconds: the projector may be about to write them. */
const pausesMs = [100, 200, 400, 800, 1500];
/** Streams whose rows are read in parallel. */
const streamsAtOnce = 100;

export interface Comparison {
  readonly events: number;
  /** Rows that should be there. */
  readonly rows: number;
  readonly differences: readonly Difference[];
  readonly unreadable: readonly Unreadable[];
}

/** A stream that is being compared. */
interface Case {
  readonly compared: Compared;
  readonly projection: Projection;
  expected: StreamRows;
  fault: Fault | undefined;
}

/** Compares the rows of some streams, in the generation that is read, with the rows that their events produce. */
export async function compareStreams(
  dependencies: OperatorDependencies,
  state: ReadModelState,
  streams: readonly StreamItems[],
): Promise<Comparison> {
  const read = await dependencies.history.read(streams.flatMap(({ items }) => items));
  const byStream = Map.groupBy(read, ({ stream }) => stream);
  const unreadable: Unreadable[] = [];
  const cases: Case[] = [];
  for (const [stream, commits] of byStream) {
    const { commits: readable, fault } = readablePart(commits);
    const one = caseOf(dependencies, state, stream, readable);
    const found = one?.fault ?? fault;
    if (found) unreadable.push({ stream, ...found });
    if (one) cases.push({ ...one, fault: found });
  }
  const differences = await settled(dependencies, cases);
  const rows = cases.reduce((sum, { expected }) => sum + 1 + expected.details.length, 0);
  const events = read.reduce((sum, commit) => sum + commit.events.length, 0);
  return { events, rows, differences, unreadable };
}

/** @returns undefined for a stream without a readable event */
function caseOf(
  { projections }: OperatorDependencies,
  state: ReadModelState,
  stream: string,
  commits: readonly ReadCommit[],
): Case | undefined {
  const id = commits[0]?.events[0]?.stream;
  if (!id) return undefined;
  const { generation, version } = state[id.aggregate].read;
  const projection = projectionAt(projections, id.aggregate, version);
  const compared = { stream, head: headKey(id), generation };
  return { compared, projection, ...folded(projection, noRows, commits) };
}

/** Rows after some commits, or after those that the projection can absorb. */
function folded(
  projection: Projection,
  from: StreamRows,
  commits: readonly ReadCommit[],
): Pick<Case, 'expected' | 'fault'> {
  try {
    return { expected: foldRows(projection, eventsOfCommits(commits), from), fault: undefined };
  } catch (error) {
    if (!(error instanceof ProjectionError)) throw error;
    const { before, next } = commitsBefore(commits, error.version);
    return {
      expected: foldRows(projection, eventsOfCommits(before), from),
      fault: { version: next, reason: error.message },
    };
  }
}

/** Differences that remain after several reads: while the platform is in use, rows follow their streams with a delay. */
async function settled(dependencies: OperatorDependencies, cases: readonly Case[]): Promise<Difference[]> {
  let open = await look(dependencies, cases);
  for (const ms of pausesMs) {
    if (open.length === 0) break;
    await dependencies.clock.pause(ms);
    open = await look(
      dependencies,
      open.map(([one]) => one),
    );
  }
  return open.flatMap(([, differences]) => differences);
}

/** The cases whose rows differ, with their differences. */
async function look(
  dependencies: OperatorDependencies,
  cases: readonly Case[],
): Promise<[Case, Difference[]][]> {
  const found: [Case, Difference[]][] = [];
  for (const some of batches(cases, streamsAtOnce)) found.push(...(await lookAt(dependencies, some)));
  return found;
}

async function lookAt(
  dependencies: OperatorDependencies,
  cases: readonly Case[],
): Promise<[Case, Difference[]][]> {
  const heads = await headsOf(dependencies, cases);
  const looked = await Promise.all(
    cases.map(async (one): Promise<[Case, Difference[]]> => {
      const { compared, projection } = one;
      const head = heads.get(one);
      const partition = detailsOf(compared.head);
      const details: ActualRows['details'] = projection.details
        ? await dependencies.table.details(partition, compared.generation)
        : new Map();
      await catchUp(dependencies, one, head?.version ?? 0);
      // An older build made these rows from events that this build cannot read, so they cannot be checked.
      if (one.fault && (head?.version ?? 0) > one.expected.version) return [one, []];
      return [one, differencesOf(compared, one.expected, { head, details })];
    }),
  );
  return looked.filter(([, differences]) => differences.length > 0);
}

async function headsOf({ table }: OperatorDependencies, cases: readonly Case[]) {
  const heads = new Map<Case, ActualRows['head']>();
  for (const [generation, some] of Map.groupBy(cases, ({ compared }) => compared.generation)) {
    const rows = await table.heads(
      some.map(({ compared }) => compared.head),
      generation,
    );
    for (const [index, one] of some.entries()) heads.set(one, rows[index]);
  }
  return heads;
}

/** The stream has grown since it was scanned, and its row with it. */
async function catchUp({ history }: OperatorDependencies, one: Case, version: number): Promise<void> {
  if (one.fault || version <= one.expected.version) return;
  const { commits, fault } = await history.since(one.compared.stream, one.expected.version);
  const next = folded(one.projection, one.expected, commits);
  one.expected = next.expected;
  one.fault = next.fault ?? fault;
}
