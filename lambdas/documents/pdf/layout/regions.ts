import { type Gutter, guttersOf, gutterWidth } from './gutters.ts';
import { commonSize, piecesOf, type Row, rowsOf, spanOf } from './rows.ts';
import type { Run } from './run.ts';

/** Rows that are read one after the other: lines of text, or rows of cells. */
export interface Region {
  readonly rows: readonly Row[];
  readonly isTable: boolean;
  /** The size of most of its letters. */
  readonly size: number;
}

/** Regions within regions that are looked for; three columns are two within one. */
const maxDepth = 6;

/** The regions of a page in reading order: columns one after the other, tables row by row. */
export function regionsOf(runs: readonly Run[]): Region[] {
  return [...regions(rowsOf(runs), 0)];
}

function* regions(rows: readonly Row[], depth: number): Generator<Region> {
  const runs = rows.flatMap((row) => row.runs);
  const size = commonSize(runs);
  const gutters = depth < maxDepth ? guttersOf(rows, size) : [];
  const judged = gutters.map((gutter) => ({ gutter, columns: columnsOf(rows, gutter) }));
  const best = longest(judged.filter(({ columns }) => columns?.areRead));
  if (best?.columns) {
    const { gutter, columns } = best;
    yield* regions(rows.slice(0, gutter.from), depth + 1);
    for (const column of columns.inOrder) yield* regions(rowsOf(column), depth + 1);
    yield* regions(rows.slice(gutter.to), depth + 1);
    return;
  }
  const tables = merged(
    judged.filter(({ columns }) => columns && !columns.areRead).map(({ gutter }) => gutter),
  ).map((table) => withoutLinesAround(table, rows, size));
  let from = 0;
  for (const table of tables) {
    if (table.from === table.to) continue;
    if (table.from > from) yield { rows: rows.slice(from, table.from), isTable: false, size };
    yield { rows: rows.slice(table.from, table.to), isTable: true, size };
    from = table.to;
  }
  if (from < rows.length) yield { rows: rows.slice(from), isTable: false, size };
}

interface Columns {
  readonly inOrder: readonly (readonly Run[])[];
  /** They are read one after the other; otherwise they are cells of a table, read row by row. */
  readonly areRead: boolean;
}

/** The runs on the two sides of a gutter, or undefined when one side only marks the other, as bullets do. */
function columnsOf(rows: readonly Row[], { left, right, from, to }: Gutter): Columns | undefined {
  const middle = (left + right) / 2;
  const [before, after]: [Run[], Run[]] = [[], []];
  for (const { runs } of rows.slice(from, to)) {
    for (const run of runs) (run.x < middle ? before : after).push(run);
  }
  if (areMarks(before) || areMarks(after)) return undefined;
  const isRtl = before.concat(after).filter(({ rtl }) => rtl).length * 2 > before.length + after.length;
  const areRead = (isProse(before) && isProse(after)) || changesOf(before, after) <= 2;
  return { inOrder: isRtl ? [after, before] : [before, after], areRead };
}

const marks = /^(?:\p{P}|\p{S}|\p{Co}|o|\(?[\p{L}\p{N}]{1,3}[.):]|\[\d{1,3}\])$/u;

const areMarks = (runs: readonly Run[]) => runs.every(({ text }) => marks.test(text));

/** Letters of a line of prose, at least; an ideograph counts as three. */
const proseLetters = 15;
/** Part of a column's width that a line of prose takes, and part of the lines that are such. */
const [proseWidth, proseLines] = [0.6, 0.5];

function isProse(runs: readonly Run[]): boolean {
  const { left, right } = spanOf(runs);
  const rows = rowsOf(runs);
  const full = rows.filter((row) => {
    const span = spanOf(row.runs);
    const isWide = span.right - span.left >= proseWidth * (right - left);
    return isWide && lettersOf(row) >= proseLetters && piecesOf(row, 2 * row.size).length === 1;
  });
  return full.length >= Math.max(2, proseLines * rows.length);
}

const lettersOf = ({ runs }: Row): number =>
  runs.reduce((sum, { text }) => sum + text.length + 2 * (text.match(/\p{Lo}/gu)?.length ?? 0), 0);

/** How often the file goes from one side to the other: programs draw columns one after the other, and tables row by row. */
function changesOf(before: readonly Run[], after: readonly Run[]): number {
  const sides = [
    ...before.map(({ order }) => ({ order, isAfter: false })),
    ...after.map(({ order }) => ({ order, isAfter: true })),
  ].sort((one, other) => one.order - other.order);
  return sides.filter(({ isAfter }, at) => at > 0 && isAfter !== sides[at - 1]?.isAfter).length;
}

interface Judged {
  readonly gutter: Gutter;
  readonly columns: Columns | undefined;
}

const longest = (gutters: readonly Judged[]): Judged | undefined =>
  gutters.reduce<Judged | undefined>(
    (best, one) => (best && lengthOf(best) >= lengthOf(one) ? best : one),
    undefined,
  );

const lengthOf = ({ gutter }: Judged) => gutter.to - gutter.from;

interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** A table without the lines above and below that only happen to stand beside its gutter, such as its heading. */
function withoutLinesAround({ from, to }: Stretch, rows: readonly Row[], size: number): Stretch {
  const isLine = (at: number) => piecesOf(rows[at] as Row, cellSpace(size)).length === 1;
  let [first, end] = [from, to];
  while (first < end && isLine(first)) first += 1;
  while (end > first && isLine(end - 1)) end -= 1;
  return { from: first, to: end };
}

/** The rows of gutters that overlap, together. */
function merged(gutters: readonly Gutter[]): Stretch[] {
  const tables: { from: number; to: number }[] = [];
  for (const { from, to } of [...gutters].sort((one, other) => one.from - other.from)) {
    const last = tables.at(-1);
    if (last && from < last.to) last.to = Math.max(last.to, to);
    else tables.push({ from, to });
  }
  return tables;
}

/** Least space between two cells of a table's row. */
export const cellSpace = (size: number): number => gutterWidth * size;
