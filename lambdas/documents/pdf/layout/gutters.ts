import { gapsOf, type Interval, type Row } from './rows.ts';

/** An upright strip without text, beside text on both sides. */
export interface Gutter extends Interval {
  /** Numbers of its first row and of the row after its last. */
  readonly from: number;
  readonly to: number;
}

interface OpenGutter {
  left: number;
  right: number;
  readonly from: number;
  /** Rows with text on the left of it, and on the right. */
  lefts: number;
  rights: number;
}

/** Rows that must have text on each side of a gutter: fewer are wide spaces by chance. */
const fewestRows = 3;
/** Strips that are followed at once; tables have as many columns. */
const mostOpen = 16;
/** Least width of a strip, as part of the font's size. */
export const gutterWidth = 0.7;
/** A larger distance between two baselines, as a multiple of the font's size, ends a strip that has text on one side only. */
const blockGap = 2.5;

/** The strips without text, in rows from the top down. Takes time linear in the runs. */
export function guttersOf(rows: readonly Row[], size: number): Gutter[] {
  const found: Gutter[] = [];
  let open: OpenGutter[] = [];
  const space = gutterWidth * size;
  const end = (gutter: OpenGutter, to: number) => {
    if (gutter.lefts >= fewestRows && gutter.rights >= fewestRows)
      found.push(stretched({ ...gutter, to }, rows, space));
  };
  for (const [number, row] of rows.entries()) {
    const gaps = gapsOf(row, space);
    const [first, last] = [gaps[0]?.right ?? 0, gaps.at(-1)?.left ?? 0];
    const kept: OpenGutter[] = [];
    for (const gutter of open) {
      const common = widest(gaps, gutter);
      if (common.right - common.left < space) {
        end(gutter, number);
        continue;
      }
      ({ left: gutter.left, right: gutter.right } = common);
      if (first < gutter.left + space / 2) gutter.lefts += 1;
      if (last > gutter.right - space / 2) gutter.rights += 1;
      kept.push(gutter);
    }
    for (const gap of gaps.slice(1, -1)) {
      if (kept.length >= mostOpen) break;
      if (kept.some((gutter) => overlap(gap, gutter) >= space)) continue;
      kept.push({ ...gap, from: number, lefts: 1, rights: 1 });
    }
    open = kept;
  }
  for (const gutter of open) end(gutter, rows.length);
  return found;
}

function widest(gaps: readonly Interval[], { left, right }: Interval): Interval {
  let best: Interval = { left: 0, right: 0 };
  for (const gap of gaps) {
    if (gap.left >= right) break;
    const common = { left: Math.max(left, gap.left), right: Math.min(right, gap.right) };
    if (common.right - common.left > best.right - best.left) best = common;
  }
  return best;
}

const overlap = (one: Interval, other: Interval) =>
  Math.min(one.right, other.right) - Math.max(one.left, other.left);

/** A gutter with the rows right above it that have text on one side only, and without such rows below it that stand apart. */
function stretched(gutter: Gutter, rows: readonly Row[], space: number): Gutter {
  let { from, to } = gutter;
  const isFar = (row: number) => distance(rows, row) > blockGap * (rows[row]?.size ?? 0);
  while (from > 0 && !isFar(from) && isClear(rows[from - 1], gutter, space)) from -= 1;
  let row = to - 1;
  while (row > from && isOneSided(rows[row], gutter)) {
    if (isFar(row)) to = row;
    row -= 1;
  }
  return { left: gutter.left, right: gutter.right, from, to };
}

/** From a row's baseline to the one above it. */
const distance = (rows: readonly Row[], row: number) => (rows[row - 1]?.y ?? 0) - (rows[row]?.y ?? 0);

const isClear = (row: Row | undefined, gutter: Interval, space: number) =>
  row !== undefined && gapsOf(row, space).some((gap) => overlap(gap, gutter) >= gutter.right - gutter.left);

const isOneSided = (row: Row | undefined, { left, right }: Interval) =>
  row === undefined || row.runs.every(({ end }) => end <= right) || row.runs.every(({ x }) => x >= left);
