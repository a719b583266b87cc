import { InvokeCommand } from '@aws-sdk/client-lambda';
import { liveAlias } from '@nova/shared/naming';
import { Redriven } from '@nova/shared/operations';
import pMap from 'p-map';
import type { Connection } from '../connection/connection.ts';
import { errorLine } from '../connection/explain.ts';
import { commitName } from '../events/stored.ts';
import type { AskProjector } from '../projector/ask.ts';
import { removeObject } from './bucket.ts';
import { removeDeadLetter } from './dead-letters.ts';
import { type DeadLetter, type FailedCommit, type Failure, inStreamOrder } from './failure.ts';

/** The outcome of redriving one failure. */
export interface Outcome {
  readonly failure: Failure;
  /** Why it still fails; absent on success. */
  readonly problem?: string;
}

/** Streams redriven at once. */
const streamsAtOnce = 4;

/**
 * Redrives failures: commits through the projector, in the order of their streams, and dead letters through their
 * functions. A failure is removed only after its redrive has succeeded.
 * @param onDone called with the number of commits and dead letters processed so far
 */
export async function redriveFailures(
  connection: Connection,
  askProjector: AskProjector,
  failures: readonly Failure[],
  signal: AbortSignal,
  onDone: (done: number, total: number) => void = () => {},
): Promise<Outcome[]> {
  // By name: several failures may contain the same commit.
  const commits = new Map(
    failures.flatMap((failure) =>
      failure.kind === 'dead letter' || failure.kind === 'malformed'
        ? []
        : failure.commits.map((commit) => [commitName(commit), commit] as const),
    ),
  );
  const total = commits.size + failures.filter(({ kind }) => kind === 'dead letter').length;
  let done = 0;
  const count = () => onDone(++done, total);
  const attempt: Attempt = async (work) => {
    try {
      return await work();
    } catch (error) {
      signal.throwIfAborted();
      return errorLine(error, connection.place);
    }
  };
  const problems = await redriveCommits(askProjector, [...commits.values()], signal, attempt, count);
  const outcomes: Outcome[] = [];
  for (const failure of failures) {
    const problem = await attempt(async () => {
      if (failure.kind === 'dead letter') return invokeAgain(connection, failure, signal);
      if (failure.kind === 'malformed') return failure.reason;
      const [firstProblem] = failure.commits.flatMap((commit) => problems.get(commitName(commit)) ?? []);
      if (firstProblem === undefined) await removeObject(connection, failure.object);
      return firstProblem;
    });
    if (failure.kind === 'dead letter') count();
    outcomes.push(problem === undefined ? { failure } : { failure, problem });
  }
  return outcomes;
}

/** Turns an error of one piece of work into its problem, so the others continue. An interruption ends them all. */
type Attempt = (work: () => Promise<string | undefined>) => Promise<string | undefined>;

/** @returns the problems that remain, by the names of the commits */
async function redriveCommits(
  askProjector: AskProjector,
  commits: readonly FailedCommit[],
  signal: AbortSignal,
  attempt: Attempt,
  count: () => void,
): Promise<ReadonlyMap<string, string>> {
  const problems = new Map<string, string>();
  const streams = [...Map.groupBy([...commits].sort(inStreamOrder), ({ stream }) => stream).values()];
  await pMap(
    streams,
    async (commitsOfStream) => {
      let blocking: FailedCommit | undefined;
      for (const commit of commitsOfStream) {
        const problem = blocking
          ? `waits for @${blocking.version}`
          : await attempt(() => redriveCommit(askProjector, commit, signal));
        count();
        if (problem === undefined) continue;
        problems.set(commitName(commit), problem);
        // A commit that the store does not have does not block later ones.
        if (problem !== notInStore) blocking ??= commit;
      }
    },
    { concurrency: streamsAtOnce },
  );
  return problems;
}

const notInStore = 'the store has no such commit';

async function redriveCommit(
  askProjector: AskProjector,
  { stream, version }: FailedCommit,
  signal: AbortSignal,
): Promise<string | undefined> {
  const response = await askProjector({ operation: 'redrive', stream, version }, Redriven, signal);
  if (response.outcome === 'projected') return undefined;
  return response.outcome === 'unreadable' ? response.reason : notInStore;
}

/** Invokes the function asynchronously. If it fails again, a new dead letter is created. */
async function invokeAgain(
  connection: Connection,
  deadLetter: DeadLetter,
  signal: AbortSignal,
): Promise<undefined> {
  const invocation = new InvokeCommand({
    FunctionName: connection.functionName(deadLetter.target),
    Qualifier: liveAlias,
    InvocationType: 'Event',
    Payload: deadLetter.payload,
  });
  await connection.lambda.send(invocation, { abortSignal: signal });
  await removeDeadLetter(connection, deadLetter);
}
