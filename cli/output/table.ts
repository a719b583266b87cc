import type { Style, Terminal } from './terminal.ts';
import { cut, oneLine } from './text.ts';

export interface Column<Row> {
  readonly title: string;
  readonly of: (row: Row) => string;
  readonly align?: 'right';
  readonly style?: Style | ((row: Row) => Style | undefined);
}

const gap = '  ';

/** Writes rows under their titles. The last column is cut where the screen ends; a pipe gets all of it. */
export function table<Row>(terminal: Terminal, columns: readonly Column<Row>[], rows: readonly Row[]): void {
  const texts = rows.map((row) => columns.map((column) => oneLine(column.of(row))));
  const widths = columns.map(({ title }, index) =>
    Math.max(title.length, ...texts.map((cells) => cells[index]?.length ?? 0)),
  );
  const last = columns.length - 1;
  const before = widths.slice(0, last).reduce((sum, width) => sum + width + gap.length, gap.length);
  const room = Math.max(12, terminal.columns - before);
  const fit = (text: string, index: number) => {
    if (index === last) return columns[index]?.align ? text.padStart(widths[index] ?? 0) : cut(text, room);
    return columns[index]?.align ? text.padStart(widths[index] ?? 0) : text.padEnd(widths[index] ?? 0);
  };
  const titles = columns.map(({ title }, index) => fit(title, index));
  terminal.line(terminal.styled('dim', `${gap}${titles.join(gap)}`.trimEnd()));
  for (const [index, row] of rows.entries()) {
    const cells = columns.map(({ style }, at) => {
      const text = fit(texts[index]?.[at] ?? '', at);
      const chosen = typeof style === 'function' ? style(row) : style;
      return chosen ? terminal.styled(chosen, text) : text;
    });
    terminal.line(`${gap}${cells.join(gap)}`.trimEnd());
  }
}
