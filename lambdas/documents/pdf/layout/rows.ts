import { type Run, shareLine } from './run.ts';

/** Runs that stand on one line, from left to right. */
export interface Row {
  readonly runs: readonly Run[];
  /** The baseline and the size of its largest run. */
  readonly y: number;
  readonly size: number;
}

/** The lines of runs, from the top down, whatever lies between their runs. */
export function rowsOf(runs: readonly Run[]): Row[] {
  const rows: Row[] = [];
  let held: Run[] = [];
  let main: Run | undefined;
  const end = () => {
    if (main) rows.push({ runs: held.sort(byX), y: main.y, size: main.size });
  };
  for (const run of [...runs].sort(fromTop)) {
    if (main && shareLine(main, run)) {
      held.push(run);
      if (run.size > main.size) main = run;
      continue;
    }
    end();
    held = [run];
    main = run;
  }
  end();
  return rows;
}

const fromTop = (one: Run, other: Run) => other.y - one.y || one.order - other.order;
const byX = (one: Run, other: Run) => one.x - other.x || one.order - other.order;

/** An interval along the lines. */
export interface Interval {
  readonly left: number;
  readonly right: number;
}

/** The pieces of a row that at least so much space separates. */
export function piecesOf(row: Row, space: number): Run[][] {
  const pieces: Run[][] = [];
  let end = Number.NEGATIVE_INFINITY;
  for (const run of row.runs) {
    if (run.x - end >= space) pieces.push([]);
    pieces.at(-1)?.push(run);
    end = Math.max(end, run.end);
  }
  return pieces;
}

/** The empty intervals of a row, with those before its start and after its end. */
export function gapsOf(row: Row, space: number): Interval[] {
  const gaps: Interval[] = [];
  let left = Number.NEGATIVE_INFINITY;
  for (const { x, end } of row.runs) {
    if (x - left >= space) gaps.push({ left, right: x });
    left = Math.max(left, end);
  }
  return [...gaps, { left, right: Number.POSITIVE_INFINITY }];
}

/** The interval that runs take. */
export function spanOf(runs: readonly Run[]): Interval {
  let [left, right] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { x, end } of runs) {
    left = Math.min(left, x);
    right = Math.max(right, end);
  }
  return { left, right };
}

/** The size of most of the letters, in half units. */
export function commonSize(runs: readonly Run[]): number {
  const letters = new Map<number, number>();
  for (const { size, text } of runs) {
    const rounded = Math.round(size * 2) / 2;
    letters.set(rounded, (letters.get(rounded) ?? 0) + text.length);
  }
  let [best, most] = [0, 0];
  for (const [size, count] of letters) {
    if (count > most) [best, most] = [size, count];
  }
  return best;
}
