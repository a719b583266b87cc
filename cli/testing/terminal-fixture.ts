import type { Terminal } from '../output/terminal.ts';

/** A terminal without styles that records its output. */
export function aTerminal(columns = Number.POSITIVE_INFINITY, live = false) {
  const lines: string[] = [];
  const written: string[] = [];
  const notes: string[] = [];
  const statuses: (string | undefined)[] = [];
  const terminal: Terminal = {
    columns,
    noteColumns: columns,
    live,
    write: (text) => void written.push(text),
    line: (text = '') => void lines.push(text),
    note: (text = '') => void notes.push(text),
    status: (text) => void statuses.push(text),
    styled: (_, text) => text,
    styledNote: (_, text) => text,
  };
  return { terminal, written, lines, notes, statuses };
}
