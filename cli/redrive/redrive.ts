import { type Session, writeJson } from '../dependencies.ts';
import { exitCodes, UsageError } from '../errors.ts';
import { progress } from '../output/progress.ts';
import { counted } from '../output/text.ts';
import { askProjector } from '../projector/ask.ts';
import { discardedBatches, quarantinedCommits } from './bucket.ts';
import { type HeldLetters, holdLetters } from './dead-letters.ts';
import type { Failure } from './failure.ts';
import { type Outcome, putBack } from './put-back.ts';
import { failuresTable, outcomesTable } from './tables.ts';

/** Seconds that letters are kept from other readers: while they are looked at, and while they are put back. */
const hold = { list: 30, put: 300 } as const;

/** All that waits. */
interface Waiting {
  readonly failures: readonly Failure[];
  /** Letters that somebody else holds at this moment. */
  readonly inHands: number;
}

/** `nova redrive [list|all|<number or key>]`: what failed and why; puts it back. */
export async function redrive(session: Session, _options: object, what = 'list'): Promise<number> {
  const letters = holdLetters(session.connection, what === 'list' ? hold.list : hold.put);
  try {
    const { failures, inHands } = await waiting(session, letters);
    if (what === 'list') return list(session, failures, inHands);
    const chosen = choose(failures, what);
    await letters.release(chosen);
    return await put(session, chosen, inHands);
  } finally {
    // Also what an error or Ctrl-C has left; what was put back is not there any more.
    await letters.release();
  }
}

/** All that waits: first the store's commits, since what comes after waits for them. */
async function waiting({ connection, signal, terminal }: Session, held: HeldLetters): Promise<Waiting> {
  const bar = progress(terminal, 'Looking for what failed');
  try {
    const [quarantined, discarded, { letters, inHands }] = await Promise.all([
      quarantinedCommits(connection, signal),
      discardedBatches(connection, signal),
      held.receive(signal),
    ]);
    return { failures: [...quarantined, ...discarded, ...letters], inHands };
  } finally {
    bar.end();
  }
}

function choose(failures: readonly Failure[], what: string): readonly Failure[] {
  if (what === 'all') return failures;
  const byNumber = /^\d+$/.test(what) ? failures[Number(what) - 1] : undefined;
  const one = byNumber ?? failures.find(({ key }) => key === what);
  if (one) return [one];
  throw new UsageError(
    `Nothing that waits is called "${what}": \`nova redrive list\` shows numbers and keys.`,
  );
}

function list(session: Session, failures: readonly Failure[], inHands: number): number {
  const { json, terminal } = session;
  if (json)
    writeJson(session, {
      failures: failures.map((failure, at) => ({ number: at + 1, ...told(failure) })),
      inHands,
    });
  else if (failures.length === 0) nothing(session, inHands);
  else {
    failuresTable(terminal, failures);
    terminal.note();
    terminal.note(
      `${counted(failures.length, 'failure')}. Put back one with \`nova redrive 1\` (or its key), all with \`nova redrive all\`.`,
    );
    if (inHands > 0) terminal.note(inHandsTold(inHands));
  }
  return failures.length + inHands === 0 ? exitCodes.ok : exitCodes.problems;
}

function nothing({ terminal }: Session, inHands: number): void {
  if (inHands > 0) terminal.line(`${terminal.styled('yellow', '!')} ${inHandsTold(inHands)}`);
  else terminal.line(`${terminal.styled('green', '✓')} Nothing waits to be put back.`);
}

const inHandsTold = (inHands: number) =>
  `${counted(inHands, 'dead letter')} in somebody's hands at this moment: look again in a few minutes.`;

async function put(session: Session, chosen: readonly Failure[], inHands: number): Promise<number> {
  const { connection, signal, terminal, json } = session;
  const bar = progress(terminal, 'Putting back');
  const outcomes = await putBack(connection, askProjector(connection), chosen, signal, (done, total) =>
    bar.update({ done, total, unit: 'commits and letters' }),
  ).finally(() => bar.end());
  const failed = outcomes.filter(({ problem }) => problem !== undefined);
  if (json) writeJson(session, { outcomes: outcomes.map(outcomeTold) });
  else if (outcomes.length === 0) nothing(session, inHands);
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
  const waits = outcomes.length === 0 ? inHands : failed.length;
  return waits === 0 ? exitCodes.ok : exitCodes.problems;
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
