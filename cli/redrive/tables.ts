import { commitName, reasonWithout } from '../events/stored.ts';
import { table } from '../output/table.ts';
import type { Terminal } from '../output/terminal.ts';
import { ago, counted } from '../output/text.ts';
import type { Failure } from './failure.ts';
import type { Outcome } from './redrive-failures.ts';

const kindNames = {
  parked: 'quarantined commit',
  discarded: 'discarded batch',
  'dead letter': 'dead letter',
  malformed: 'unknown object',
} as const;

interface FailureRow {
  readonly number: string;
  readonly kind: string;
  readonly subject: string;
  readonly since: string;
  readonly reason: string;
}

/** A row for each failure, and for each commit of a batch. */
export function failuresTable(terminal: Terminal, failures: readonly Failure[]): void {
  table<FailureRow>(
    terminal,
    [
      { title: '#', text: ({ number }) => number, align: 'right', style: 'cyan' },
      { title: 'FAILURE', text: ({ kind }) => kind },
      { title: 'SUBJECT', text: ({ subject }) => subject, style: 'bold' },
      { title: 'SINCE', text: ({ since }) => since, style: 'dim' },
      { title: 'REASON', text: ({ reason }) => reason, style: 'yellow' },
    ],
    failures.flatMap(failureRows),
  );
}

function failureRows(failure: Failure, index: number): FailureRow[] {
  const { kind, key, reason } = failure;
  const row = {
    number: String(index + 1),
    kind: kindNames[kind],
    subject: subjectOf(failure),
    since: ago(failure.since),
    reason: kind === 'parked' ? reasonWithout(key, reason) : reason,
  };
  if (kind !== 'discarded') return [row];
  const commits = failure.commits.map((commit) => ({
    number: '',
    kind: '',
    since: '',
    subject: `  ${commitName(commit)}`,
    reason: reasonWithout(commitName(commit), commit.reason),
  }));
  return [row, ...commits];
}

/** A row for each failure that was redriven, with its outcome. */
export function outcomesTable(terminal: Terminal, outcomes: readonly Outcome[]): void {
  const hasFailed = ({ problem }: Outcome) => problem !== undefined;
  table<Outcome>(
    terminal,
    [
      {
        title: '',
        text: (outcome) => (hasFailed(outcome) ? '✗' : '✓'),
        style: (outcome) => (hasFailed(outcome) ? 'red' : 'green'),
      },
      { title: 'FAILURE', text: ({ failure }) => kindNames[failure.kind] },
      { title: 'SUBJECT', text: ({ failure }) => subjectOf(failure), style: 'bold' },
      {
        title: 'OUTCOME',
        text: ({ problem = 'redriven' }) => problem,
        style: (outcome) => (hasFailed(outcome) ? 'yellow' : undefined),
      },
    ],
    outcomes,
  );
}

function subjectOf(failure: Failure): string {
  if (failure.kind === 'dead letter') return `${failure.target}: ${failure.key}`;
  return failure.kind === 'discarded' ? counted(failure.commits.length, 'commit') : failure.key;
}
