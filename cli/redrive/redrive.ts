import type { PlatformDependencies } from '../dependencies.ts';
import { exitCodes, UsageError } from '../errors.ts';
import { writeJson } from '../json.ts';
import { progress } from '../output/progress.ts';
import type { Terminal } from '../output/terminal.ts';
import { counted } from '../output/text.ts';
import { projectorOf } from '../projector/ask.ts';
import { discardedBatches, quarantinedCommits } from './bucket.ts';
import { type HeldDeadLetters, holdDeadLetters } from './dead-letters.ts';
import type { Failure } from './failure.ts';
import { type Outcome, redriveFailures } from './redrive-failures.ts';
import { failuresTable, outcomesTable } from './tables.ts';

/** Seconds that dead letters are hidden from other readers: for listing, and for redriving. */
const holdSeconds = { list: 30, redrive: 300 } as const;

interface Found {
  readonly failures: readonly Failure[];
  /** Dead letters that another reader holds at this moment. */
  readonly heldElsewhere: number;
}

/** `nova redrive [list|all|<number or key>]`: lists failures and their reasons, or redrives them. */
export async function redrive(
  dependencies: PlatformDependencies,
  _options: object,
  selection = 'list',
): Promise<number> {
  const isList = selection === 'list';
  const held = holdDeadLetters(dependencies.connection, isList ? holdSeconds.list : holdSeconds.redrive);
  try {
    const found = await findFailures(dependencies, held);
    if (isList) return list(dependencies, found);
    const selected = select(found.failures, selection);
    await held.release(selected);
    return await redriveSelected(dependencies, selected, found.heldElsewhere);
  } finally {
    // Also after an error or Ctrl-C. Dead letters that were redriven no longer exist.
    await held.release();
  }
}

/** All failures: quarantined commits first, then batches, then dead letters. */
async function findFailures(
  { connection, signal, terminal }: PlatformDependencies,
  held: HeldDeadLetters,
): Promise<Found> {
  const bar = progress(terminal, 'Looking for failures');
  try {
    const [quarantined, discarded, { deadLetters, heldElsewhere }] = await Promise.all([
      quarantinedCommits(connection, signal),
      discardedBatches(connection, signal),
      held.receive(signal),
    ]);
    return { failures: [...quarantined, ...discarded, ...deadLetters], heldElsewhere };
  } finally {
    bar.end();
  }
}

function select(failures: readonly Failure[], selection: string): readonly Failure[] {
  if (selection === 'all') return failures;
  const byNumber = /^\d+$/.test(selection) ? failures[Number(selection) - 1] : undefined;
  const selected = byNumber ?? failures.find(({ key }) => key === selection);
  if (selected) return [selected];
  throw new UsageError(
    `There is no failure "${selection}": \`nova redrive list\` prints the numbers and keys.`,
  );
}

function list({ terminal, json }: PlatformDependencies, { failures, heldElsewhere }: Found): number {
  if (json) {
    writeJson(terminal, {
      failures: failures.map((failure, index) => ({ number: index + 1, ...failureJson(failure) })),
      inHands: heldElsewhere,
    });
  } else if (failures.length === 0) showNoFailures(terminal, heldElsewhere);
  else {
    failuresTable(terminal, failures);
    terminal.note();
    terminal.note(
      `${counted(failures.length, 'failure')}. Redrive one with \`nova redrive 1\` (or its key), all with \`nova redrive all\`.`,
    );
    if (heldElsewhere > 0) terminal.note(heldElsewhereMessage(heldElsewhere));
  }
  return failures.length + heldElsewhere === 0 ? exitCodes.ok : exitCodes.problems;
}

function showNoFailures(terminal: Terminal, heldElsewhere: number): void {
  if (heldElsewhere > 0) {
    terminal.line(`${terminal.styled('yellow', '!')} ${heldElsewhereMessage(heldElsewhere)}`);
  } else terminal.line(`${terminal.styled('green', '✓')} There are no failures.`);
}

const heldElsewhereMessage = (count: number) =>
  `${counted(count, 'dead letter')} held by another reader: try again in a few minutes.`;

async function redriveSelected(
  { connection, signal, terminal, json }: PlatformDependencies,
  selected: readonly Failure[],
  heldElsewhere: number,
): Promise<number> {
  const bar = progress(terminal, 'Redriving');
  const outcomes = await redriveFailures(
    connection,
    projectorOf(connection),
    selected,
    signal,
    (done, total) => bar.update({ done, total, unit: 'commits and dead letters' }),
  ).finally(() => bar.end());
  const failed = outcomes.filter(({ problem }) => problem !== undefined);
  if (json) writeJson(terminal, { outcomes: outcomes.map(outcomeJson) });
  else if (outcomes.length === 0) showNoFailures(terminal, heldElsewhere);
  else showOutcomes(terminal, outcomes, failed.length);
  const remaining = outcomes.length === 0 ? heldElsewhere : failed.length;
  return remaining === 0 ? exitCodes.ok : exitCodes.problems;
}

function showOutcomes(terminal: Terminal, outcomes: readonly Outcome[], failed: number): void {
  outcomesTable(terminal, outcomes);
  terminal.line();
  const mark = failed === 0 ? terminal.styled('green', '✓') : terminal.styled('red', '✗');
  const counts = `${outcomes.length - failed} redriven, ${failed} still failing`;
  terminal.line(`${mark} ${terminal.styled('bold', counts)}`);
  if (failed > 0) {
    terminal.note(
      '  Remaining failures stay where they are. Deploy a version that can process them, then try again.',
    );
  }
  if (outcomes.some(({ failure }) => failure.kind === 'dead letter')) {
    terminal.note(
      '  Functions handle their dead letters asynchronously; one that fails again returns as a new dead letter.',
    );
  }
}

/** A failure as JSON, without the receipt, which only this process can use. */
function failureJson(failure: Failure): object {
  if (failure.kind !== 'dead letter') return failure;
  const { receipt: _, queueUrl, payload, ...deadLetter } = failure;
  return { ...deadLetter, queue: queueUrl.split('/').at(-1), payload };
}

const outcomeJson = ({ failure, problem }: Outcome) => ({
  ...failureJson(failure),
  outcome: problem === undefined ? 'put back' : 'still fails',
  ...(problem === undefined ? {} : { problem }),
});
