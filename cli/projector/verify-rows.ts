import type { Difference, Unreadable } from '@nova/shared/operations';
import { type Session, writeJson } from '../dependencies.ts';
import { exitCodes } from '../errors.ts';
import { commitName, reasonWithout } from '../events/stored.ts';
import { progress } from '../output/progress.ts';
import { table } from '../output/table.ts';
import type { Terminal } from '../output/terminal.ts';
import { count, counted } from '../output/text.ts';
import { askProjector } from './ask.ts';
import { type Verified, verify } from './verify.ts';

/** `nova verify`: compares every row with what its stream's events make of it. */
export async function verifyRows(session: Session): Promise<number> {
  const { connection, terminal, json, signal } = session;
  const bar = progress(terminal, 'Comparing');
  const result = await verify(askProjector(connection), signal, ({ events, total }) =>
    bar.update({ done: events, total: Math.max(total, events), unit: 'events' }),
  ).finally(() => bar.end());
  const { streams, events, rows, differences, unreadable } = result;
  const good = differences.length === 0 && unreadable.length === 0;
  if (json) {
    writeJson(session, { streams, events, rows, differences, unreadable });
    return good ? exitCodes.ok : exitCodes.problems;
  }
  if (differences.length > 0) showDifferences(terminal, differences);
  if (unreadable.length > 0) showUnreadable(terminal, unreadable);
  const mark = good ? terminal.styled('green', '✓') : terminal.styled('red', '✗');
  const [first = '', ...more] = verdict(result);
  terminal.line([`${mark} ${terminal.styled('bold', first)}`, ...more].join(', '));
  terminal.note(
    terminal.styledNote('dim', `  ${counted(events, 'event')} and ${counted(rows, 'row')} compared`),
  );
  if (differences.length > 0) {
    terminal.note(
      '  Run it again: what was on its way is there by then. If it stays, `nova replay` builds the rows anew.',
    );
  }
  if (unreadable.length > 0) {
    terminal.note('  Deploy a build that can read these commits, then `nova redrive all`.');
  }
  return good ? exitCodes.ok : exitCodes.problems;
}

/** `6 streams, 0 differ`, and what else there is to say. */
function verdict({ streams, differences, unreadable }: Verified): string[] {
  // A stream may have several rows that differ; a row may be of no stream.
  const differ = new Set(differences.flatMap(({ stream }) => stream || [])).size;
  const strays = differences.filter(({ stream }) => !stream).length;
  return [
    `${counted(streams, 'stream')}, ${count(differ)} differ`,
    ...(strays > 0 ? [`${counted(strays, 'row')} of no stream`] : []),
    ...(unreadable.length > 0 ? [`${counted(unreadable.length, 'commit')} unreadable`] : []),
  ];
}

function showDifferences(terminal: Terminal, differences: readonly Difference[]): void {
  table<Difference>(
    terminal,
    [
      { title: 'ROW', of: ({ kind }) => kind, style: 'yellow' },
      { title: 'STREAM', of: ({ stream }) => stream || '(none)' },
      { title: 'WHAT', of: ({ detail, row }) => `${detail} (row ${row})` },
    ],
    differences,
  );
  terminal.line();
}

/** Commits nobody can read, and why. */
export function showUnreadable(terminal: Terminal, unreadable: readonly Unreadable[]): void {
  table<Unreadable>(
    terminal,
    [
      { title: 'UNREADABLE COMMIT', of: commitName },
      { title: 'WHY', of: (one) => reasonWithout(commitName(one), one.reason), style: 'yellow' },
    ],
    unreadable,
  );
  terminal.line();
}
