import { commitName, reasonWithout } from '../events/stored.ts';
import { table } from '../output/table.ts';
import type { Terminal } from '../output/terminal.ts';
import { ago, counted } from '../output/text.ts';
import type { Failure } from './failure.ts';
import type { Outcome } from './put-back.ts';

const kinds = {
  parked: 'parked commit',
  discarded: 'discarded batch',
  'dead letter': 'dead letter',
  malformed: 'unknown object',
} as const;

interface Line {
  readonly number: string;
  readonly kind: string;
  readonly what: string;
  readonly since: string;
  readonly why: string;
}

/** What waits, a line each; a batch has a line for each of its commits. */
export function failuresTable(terminal: Terminal, failures: readonly Failure[]): void {
  table<Line>(
    terminal,
    [
      { title: '#', of: ({ number }) => number, align: 'right', style: 'cyan' },
      { title: 'WHAT', of: ({ kind }) => kind },
      { title: 'WHICH', of: ({ what }) => what, style: 'bold' },
      { title: 'SINCE', of: ({ since }) => since, style: 'dim' },
      { title: 'WHY', of: ({ why }) => why, style: 'yellow' },
    ],
    failures.flatMap(linesOf),
  );
}

function linesOf(failure: Failure, index: number): Line[] {
  const head = { number: String(index + 1), kind: kinds[failure.kind], since: ago(failure.since) };
  if (failure.kind === 'dead letter') {
    return [{ ...head, what: `${failure.target}: ${failure.key}`, why: failure.reason }];
  }
  if (failure.kind === 'malformed') return [{ ...head, what: failure.key, why: failure.reason }];
  if (failure.kind === 'parked')
    return [{ ...head, what: failure.key, why: reasonWithout(failure.key, failure.reason) }];
  const commits = failure.commits.map((commit) => ({
    number: '',
    kind: '',
    since: '',
    what: `  ${commitName(commit)}`,
    why: reasonWithout(commitName(commit), commit.reason),
  }));
  return [{ ...head, what: counted(failure.commits.length, 'commit'), why: failure.reason }, ...commits];
}

/** What came of each. */
export function outcomesTable(terminal: Terminal, outcomes: readonly Outcome[]): void {
  const bad = ({ problem }: Outcome) => problem !== undefined;
  table<Outcome>(
    terminal,
    [
      {
        title: '',
        of: (outcome) => (bad(outcome) ? '✗' : '✓'),
        style: (one) => (bad(one) ? 'red' : 'green'),
      },
      { title: 'WHAT', of: ({ failure }) => kinds[failure.kind] },
      { title: 'WHICH', of: ({ failure }) => nameOf(failure), style: 'bold' },
      {
        title: 'OUTCOME',
        of: ({ problem = 'put back' }) => problem,
        style: (one) => (bad(one) ? 'yellow' : undefined),
      },
    ],
    outcomes,
  );
}

function nameOf(failure: Failure): string {
  if (failure.kind === 'parked' || failure.kind === 'malformed') return failure.key;
  if (failure.kind === 'dead letter') return `${failure.target}: ${failure.key}`;
  return counted(failure.commits.length, 'commit');
}
