import { InvokeCommand } from '@aws-sdk/client-lambda';
import { liveAlias } from '@nova/shared/naming';
import { Redriven } from '@nova/shared/operations';
import { mapLimited } from '../concurrency.ts';
import type { Connection } from '../connection/connection.ts';
import { explain } from '../connection/explain.ts';
import { commitName } from '../events/stored.ts';
import type { Ask } from '../projector/ask.ts';
import { removeObject } from './bucket.ts';
import { removeLetter } from './dead-letters.ts';
import { type CommitPlace, type DeadLetter, type Failure, inStreamOrder } from './failure.ts';

/** What came of one failure. */
export interface Outcome {
  readonly failure: Failure;
  /** Why it still fails; absent when it was put back. */
  readonly problem?: string;
}

/** Streams put back at once. */
const atOnce = 4;

/**
 * Puts failures back: commits through the projector, in the order of their streams, and letters to their functions.
 * Nothing is forgotten before it has gone well.
 * @param onDone how many commits and letters are dealt with
 */
export async function putBack(
  connection: Connection,
  ask: Ask,
  failures: readonly Failure[],
  signal: AbortSignal,
  onDone: (done: number, total: number) => void = () => {},
): Promise<Outcome[]> {
  const places = new Map(
    failures.flatMap((failure) =>
      failure.kind === 'dead letter' || failure.kind === 'malformed'
        ? []
        : failure.commits.map((commit) => [commitName(commit), commit] as const),
    ),
  );
  const letters = failures.filter((failure) => failure.kind === 'dead letter');
  let done = 0;
  const count = () => onDone(++done, places.size + letters.length);
  const problemOf: ProblemOf = async (work) => {
    try {
      return await work();
    } catch (error) {
      signal.throwIfAborted();
      return explain(error, connection.place);
    }
  };
  const redriven = await redriveAll(ask, [...places.values()], signal, problemOf, count);
  const outcomes: Outcome[] = [];
  for (const failure of failures) {
    const problem = await problemOf(async () => {
      if (failure.kind === 'dead letter') return deliver(connection, failure, signal);
      if (failure.kind === 'malformed') return failure.reason;
      const [unread] = failure.commits.flatMap((commit) => redriven.get(commitName(commit)) ?? []);
      if (unread === undefined) await removeObject(connection, failure.object);
      return unread;
    });
    if (failure.kind === 'dead letter') count();
    outcomes.push(problem === undefined ? { failure } : { failure, problem });
  }
  return outcomes;
}

/** Does one thing; what goes wrong with it is told and holds up nothing else. An interruption ends all. */
type ProblemOf = (work: () => Promise<string | undefined>) => Promise<string | undefined>;

/** @returns what still fails, by its place */
async function redriveAll(
  ask: Ask,
  commits: readonly CommitPlace[],
  signal: AbortSignal,
  problemOf: ProblemOf,
  count: () => void,
): Promise<ReadonlyMap<string, string>> {
  const problems = new Map<string, string>();
  const streams = [...Map.groupBy([...commits].sort(inStreamOrder), ({ stream }) => stream).values()];
  await mapLimited(streams, atOnce, async (ofStream) => {
    let blocked: CommitPlace | undefined;
    for (const commit of ofStream) {
      const problem = blocked ? waitsFor(blocked) : await problemOf(() => redriveOne(ask, commit, signal));
      count();
      if (problem === undefined) continue;
      problems.set(commitName(commit), problem);
      // What the store does not have holds nothing up.
      if (problem !== notInStore) blocked ??= commit;
    }
  });
  return problems;
}

async function redriveOne(ask: Ask, { stream, version }: CommitPlace, signal: AbortSignal) {
  const answer = await ask({ operation: 'redrive', stream, version }, Redriven, signal);
  if (answer.outcome === 'projected') return undefined;
  return answer.outcome === 'unreadable' ? answer.reason : notInStore;
}

const notInStore = 'the store has no such commit';
const waitsFor = ({ version }: CommitPlace) => `waits for @${version}`;

/** Gives a letter to its function's queue. Should it fail again, it comes back as a new letter. */
async function deliver(connection: Connection, letter: DeadLetter, signal: AbortSignal): Promise<undefined> {
  const invocation = new InvokeCommand({
    FunctionName: connection.functionName(letter.target),
    Qualifier: liveAlias,
    InvocationType: 'Event',
    Payload: letter.payload,
  });
  await connection.lambda.send(invocation, { abortSignal: signal });
  await removeLetter(connection, letter);
}
