import type { Difference, Unreadable } from '@nova/shared/operations';
import { exitCodes } from '../errors.ts';
import { progress } from '../output/progress.ts';
import { table } from '../output/table.ts';
import type { Terminal } from '../output/terminal.ts';
import { count, counted } from '../output/text.ts';
import { verify } from '../projector/verify.ts';
import { placeOf } from '../redrive/failure.ts';
import { type Session, writeJson } from './session.ts';

/** `nova verify`: compares every row with what its stream's events make of it. */
export async function verifyRows(session: Session): Promise<number> {
  const { ask, terminal, json, signal } = session;
  const bar = progress(terminal, 'Comparing');
  const result = await verify(ask, signal, ({ events, total }) =>
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
  // A stream may have several rows that differ.
  const differ = new Set(differences.map(({ stream }) => stream)).size;
  const verdict = `${counted(streams, 'stream')}, ${count(differ)} differ`;
  terminal.line(
    good
      ? `${terminal.styled('green', '✓')} ${terminal.styled('bold', verdict)}`
      : `${terminal.styled('red', '✗')} ${terminal.styled('bold', verdict)}${unreadable.length > 0 ? `, ${counted(unreadable.length, 'commit')} unreadable` : ''}`,
  );
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

function showDifferences(terminal: Terminal, differences: readonly Difference[]): void {
  table<Difference>(
    terminal,
    [
      { title: 'STREAM', of: ({ stream }) => stream },
      { title: 'ROW IS', of: ({ kind }) => kind, style: 'yellow' },
      { title: 'ROW', of: ({ row }) => row },
      { title: 'WHAT', of: ({ detail }) => detail },
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
      { title: 'UNREADABLE COMMIT', of: placeOf },
      { title: 'WHY', of: ({ reason }) => reason, style: 'yellow' },
    ],
    unreadable,
  );
  terminal.line();
}
