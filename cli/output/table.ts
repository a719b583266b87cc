import stringWidth from 'string-width';
import type { Style, Terminal } from './terminal.ts';
import { oneLine, wrapped } from './text.ts';

export interface Column<Row> {
  readonly title: string;
  readonly text: (row: Row) => string;
  readonly align?: 'right';
  readonly style?: Style | ((row: Row) => Style | undefined);
}

const gap = '  ';
/** Minimum width of the last column beside the others. */
const narrow = 24;

/**
 * Writes rows under column titles. Nothing is cut off: the last column wraps at the edge of the terminal, and moves below
 * the others when it would get too narrow.
 */
export function table<Row>(terminal: Terminal, columns: readonly Column<Row>[], rows: readonly Row[]): void {
  const texts = rows.map((row) => columns.map((column) => oneLine(column.text(row))));
  const widths = columns.map(({ title }, index) =>
    Math.max(title.length, ...texts.map((cells) => stringWidth(cells[index] ?? ''))),
  );
  const last = columns.length - 1;
  const before = widths.slice(0, last).reduce((sum, width) => sum + width + gap.length, gap.length);
  const beside = terminal.columns - before >= Math.min(narrow, widths[last] ?? 0);
  const indent = ' '.repeat(beside ? before : gap.length * 3);
  const padded = (text: string, index: number) => {
    const space = ' '.repeat((widths[index] ?? 0) - stringWidth(text));
    return columns[index]?.align ? `${space}${text}` : `${text}${space}`;
  };
  const titles = columns.map(({ title }, index) => (index === last ? title : padded(title, index)));
  const shownTitles = beside ? titles : titles.slice(0, last);
  terminal.line(terminal.styled('dim', `${gap}${shownTitles.join(gap)}`.trimEnd()));
  for (const [at, row] of rows.entries()) {
    const cells = texts[at] ?? [];
    const paint = (index: number, text: string) => {
      const style = columns[index]?.style;
      const chosen = typeof style === 'function' ? style(row) : style;
      return chosen && text.trim() !== '' ? terminal.styled(chosen, text) : text;
    };
    const main = cells.slice(0, last).map((text, index) => paint(index, padded(text, index)));
    const end = wrapped(cells[last] ?? '', Math.max(narrow, terminal.columns - indent.length));
    const ends = end.map((line) => paint(last, line));
    if (beside) main.push(ends.shift() ?? '');
    terminal.line(`${gap}${main.join(gap)}`.trimEnd());
    for (const line of ends) if (line !== '') terminal.line(`${indent}${line}`);
  }
}
