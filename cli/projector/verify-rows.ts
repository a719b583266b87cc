import type { Difference, Unreadable } from '@nova/shared/operations';
import type { PlatformDependencies } from '../dependencies.ts';
import { exitCodes } from '../errors.ts';
import { commitName, reasonWithout } from '../events/stored.ts';
import { writeJson } from '../json.ts';
import { progress } from '../output/progress.ts';
import { table } from '../output/table.ts';
import type { Terminal } from '../output/terminal.ts';
import { count, counted } from '../output/text.ts';
import { projectorOf } from './ask.ts';
import { type Verification, verify } from './verify.ts';

/** `nova verify`: projects every stream again and compares the result with the rows. */
export async function verifyRows({
  connection,
  terminal,
  json,
  signal,
}: PlatformDependencies): Promise<number> {
  const bar = progress(terminal, 'Comparing');
  const result = await verify(projectorOf(connection), signal, ({ events, total }) =>
    bar.update({ done: events, total: Math.max(total, events), unit: 'events' }),
  ).finally(() => bar.end());
  const { streams, events, rows, differences, unreadable } = result;
  const isGood = differences.length === 0 && unreadable.length === 0;
  if (json) {
    writeJson(terminal, { streams, events, rows, differences, unreadable });
    return isGood ? exitCodes.ok : exitCodes.problems;
  }
  if (differences.length > 0) showDifferences(terminal, differences);
  if (unreadable.length > 0) showUnreadable(terminal, unreadable);
  const mark = isGood ? terminal.styled('green', '✓') : terminal.styled('red', '✗');
  const [first = '', ...more] = verdict(result);
  terminal.line([`${mark} ${terminal.styled('bold', first)}`, ...more].join(', '));
  terminal.note(
    terminal.styledNote('dim', `  ${counted(events, 'event')} and ${counted(rows, 'row')} compared`),
  );
  if (differences.length > 0) {
    terminal.note(
      '  Run it again: rows are written a moment after their events. If differences remain, `nova replay` rebuilds the rows.',
    );
  }
  if (unreadable.length > 0) {
    terminal.note('  Deploy a version that can read these commits, then run `nova redrive all`.');
  }
  return isGood ? exitCodes.ok : exitCodes.problems;
}

/** `6 streams`, `0 differ` and any further counts. */
function verdict({ streams, differences, unreadable }: Verification): string[] {
  // Several rows of a stream may differ; a stray row has no stream.
  const differ = new Set(differences.flatMap(({ stream }) => stream || [])).size;
  const strays = differences.filter(({ stream }) => !stream).length;
  return [
    `${counted(streams, 'stream')}, ${count(differ)} differ`,
    ...(strays > 0 ? [`${counted(strays, 'row')} without a stream`] : []),
    ...(unreadable.length > 0 ? [`${counted(unreadable.length, 'commit')} unreadable`] : []),
  ];
}

function showDifferences(terminal: Terminal, differences: readonly Difference[]): void {
  table<Difference>(
    terminal,
    [
      { title: 'PROBLEM', text: ({ kind }) => kind, style: 'yellow' },
      { title: 'STREAM', text: ({ stream }) => stream || '(none)' },
      { title: 'DETAIL', text: ({ detail, row }) => `${detail} (row ${row})` },
    ],
    differences,
  );
  terminal.line();
}

/** A table of unreadable commits and the reasons. */
export function showUnreadable(terminal: Terminal, unreadable: readonly Unreadable[]): void {
  table<Unreadable>(
    terminal,
    [
      { title: 'UNREADABLE COMMIT', text: commitName },
      {
        title: 'REASON',
        text: (commit) => reasonWithout(commitName(commit), commit.reason),
        style: 'yellow',
      },
    ],
    unreadable,
  );
  terminal.line();
}
