import { exitCodes, UsageError } from '../errors.ts';
import { progress } from '../output/progress.ts';
import { counted } from '../output/text.ts';
import { discardedBatches, parkedCommits } from '../redrive/bucket.ts';
import type { DeadLetter, Failure } from '../redrive/failure.ts';
import { deadLetters, release } from '../redrive/letters.ts';
import { type Outcome, putBack } from '../redrive/put-back.ts';
import { failuresTable, outcomesTable } from './redrive-tables.ts';
import { type Session, writeJson } from './session.ts';

/** `nova redrive [list|all|<number or key>]`: what failed and why; puts it back. */
export async function redrive(session: Session, _options: object, what = 'list'): Promise<number> {
  const { connection } = session;
  const failures = await waiting(session);
  const chosen = what === 'list' ? [] : choose(failures, what);
  const isLetter = (failure: Failure): failure is DeadLetter => failure.kind === 'dead letter';
  if (chosen instanceof UsageError) {
    await release(connection, failures.filter(isLetter));
    throw chosen;
  }
  await release(
    connection,
    failures.filter(isLetter).filter((letter) => !chosen.includes(letter)),
  );
  return what === 'list' ? list(session, failures) : put(session, chosen);
}

/** All that waits: first the store's commits, since what comes after waits for them. */
async function waiting({ connection, signal, terminal }: Session): Promise<Failure[]> {
  const bar = progress(terminal, 'Looking for what failed');
  try {
    const [parked, discarded, letters] = await Promise.all([
      parkedCommits(connection, signal),
      discardedBatches(connection, signal),
      deadLetters(connection, signal),
    ]);
    return [...parked, ...discarded, ...letters];
  } finally {
    bar.end();
  }
}

function choose(failures: readonly Failure[], what: string): readonly Failure[] | UsageError {
  if (what === 'all') return failures;
  const byNumber = /^\d+$/.test(what) ? failures[Number(what) - 1] : undefined;
  const one = byNumber ?? failures.find(({ key }) => key === what);
  if (one) return [one];
  return new UsageError(
    `Nothing that waits is called "${what}": \`nova redrive list\` shows numbers and keys.`,
  );
}

function list(session: Session, failures: readonly Failure[]): number {
  const { json, terminal } = session;
  if (json)
    writeJson(session, { failures: failures.map((failure, at) => ({ number: at + 1, ...told(failure) })) });
  else if (failures.length === 0)
    terminal.line(`${terminal.styled('green', '✓')} Nothing waits to be put back.`);
  else {
    failuresTable(terminal, failures);
    terminal.note();
    terminal.note(
      `${counted(failures.length, 'failure')}. Put back one with \`nova redrive 1\` (or its key), all with \`nova redrive all\`.`,
    );
  }
  return failures.length === 0 ? exitCodes.ok : exitCodes.problems;
}

async function put(session: Session, chosen: readonly Failure[]): Promise<number> {
  const { connection, ask, signal, terminal, json } = session;
  const bar = progress(terminal, 'Putting back');
  const outcomes = await putBack(connection, ask, chosen, signal, (done, total) =>
    bar.update({ done, total, unit: 'commits and letters' }),
  ).finally(() => bar.end());
  const failed = outcomes.filter(({ problem }) => problem !== undefined);
  if (json) writeJson(session, { outcomes: outcomes.map(outcomeTold) });
  else if (outcomes.length === 0)
    terminal.line(`${terminal.styled('green', '✓')} Nothing waits to be put back.`);
  else {
    outcomesTable(terminal, outcomes);
    terminal.line();
    const good = terminal.styled(
      'bold',
      `${outcomes.length - failed.length} put back, ${failed.length} still fail`,
    );
    terminal.line(
      `${failed.length === 0 ? terminal.styled('green', '✓') : terminal.styled('red', '✗')} ${good}`,
    );
    if (failed.length > 0) {
      terminal.note('  What still fails stays where it is. Deploy a build that can read it, then try again.');
    }
    if (chosen.some(({ kind }) => kind === 'dead letter')) {
      terminal.note(
        '  Letters are handed to their functions again; one that fails again comes back as a new letter.',
      );
    }
  }
  return failed.length === 0 ? exitCodes.ok : exitCodes.problems;
}

/** A failure for programs: without what only this process can use. */
function told(failure: Failure): object {
  if (failure.kind !== 'dead letter') return failure;
  const { receipt: _, queueUrl, payload, ...letter } = failure;
  return { ...letter, queue: queueUrl.split('/').at(-1), payload };
}

const outcomeTold = ({ failure, problem }: Outcome) => ({
  ...told(failure),
  outcome: problem === undefined ? 'put back' : 'still fails',
  ...(problem === undefined ? {} : { problem }),
});
