import { type Row, rowsOf } from './layout/rows.ts';
import type { Run } from './layout/run.ts';
import type { Runs } from './layout/runs.ts';

/** A page whose text is known, but not yet which of its lines run through the document. */
export interface HeldPage {
  readonly number: number;
  readonly runs: Runs;
  /** Left, bottom, right and top of the page in its units, and the degrees by which it is turned clockwise to be shown. */
  readonly view: readonly number[];
  readonly rotate: number;
}

interface EdgeLine {
  readonly row: Row;
  /** From the top of the page as it is read. */
  readonly depth: number;
  /** The text without its numbers, and the numbers. */
  readonly pattern: string;
  readonly numbers: readonly number[];
  /** It is close enough to the page's edge to run through the document. */
  readonly isOutside: boolean;
}

interface EdgedPage<P extends HeldPage> {
  readonly page: P;
  /** Lines at its top and at its bottom, from the outside. */
  readonly edges: readonly (readonly EdgeLine[])[];
}

/** Pages before and after a page with which it is compared: left and right pages may differ. */
export const reach = 2;
/** Lines at the top and at the bottom of a page that may run through the document; where more are the same, the pages are. */
const edgeLines = 3;
/** They are within this part of the page's height. */
const edgePart = 0.15;
/** Units by which the same line may differ in height. */
const sameHeight = 3;
/** Runs that are held, at most: the pages of more are compared with fewer others. */
const mostHeld = 50_000;

/** Takes out the lines that stand at the same place of several pages: running titles and page numbers. */
export class RunningLines<P extends HeldPage> {
  readonly #pages: EdgedPage<P>[] = [];
  readonly #count: number;
  /** The place in the list of the next page that leaves. */
  #next = 0;

  /** @param count of the document's pages */
  constructor(count: number) {
    this.#count = count;
  }

  /** Adds a page before those that are read now: others are compared with it. */
  seen(page: P): void {
    this.#pages.push({ page, edges: edgesOf(page) });
    page.runs.clear();
    this.#next += 1;
  }

  /** @returns the pages that are known to be complete now */
  *add(page: P): Generator<P> {
    this.#pages.push({ page, edges: edgesOf(page) });
    while (this.#next + reach < this.#pages.length || this.#heldRuns() > mostHeld) yield* this.#leave();
  }

  *end(): Generator<P> {
    while (this.#next < this.#pages.length) yield* this.#leave();
  }

  #heldRuns(): number {
    return this.#pages.slice(this.#next).reduce((sum, { page }) => sum + page.runs.count, 0);
  }

  *#leave(): Generator<P> {
    const leaving = this.#pages[this.#next];
    if (!leaving) return;
    const others = this.#pages.filter(
      ({ page }) => page !== leaving.page && Math.abs(page.number - leaving.page.number) <= reach,
    );
    const isPair = this.#count === 2;
    const runs = (line: EdgeLine) => {
      const has = ({ page, edges }: EdgedPage<P>) =>
        edges.some((lines) => lines.some((other) => isSame(leaving.page, line, page, other, isPair)));
      return others.filter(has).length >= (isPair ? 1 : 2);
    };
    const running = leaving.edges.flatMap((lines) => {
      const first = lines.findIndex((line) => !runs(line));
      const count = first < 0 ? lines.length : first;
      return count > edgeLines ? [] : lines.slice(0, count).filter(({ isOutside }) => isOutside);
    });
    const rest = leaving.page.runs.count - running.reduce((sum, { row }) => sum + row.runs.length, 0);
    if (rest > 0) leaving.page.runs.remove(new Set<Run>(running.flatMap(({ row }) => row.runs)));
    yield leaving.page;
    // Pages before are compared by their edges alone.
    leaving.page.runs.clear();
    this.#next += 1;
    if (this.#next > reach) {
      this.#pages.shift();
      this.#next -= 1;
    }
  }
}

function edgesOf({ runs, view, rotate }: HeldPage): EdgeLine[][] {
  const [main] = runs.turned;
  if (!main) return [];
  const { bottom, top } = extentOf(view, main.angle + rotate);
  const edge = edgePart * (top - bottom);
  const lines = rowsOf(main.runs).map((row) => {
    const text = row.runs.map((run) => run.text).join(' ');
    return { row, depth: top - row.y, pattern: patternOf(text), numbers: numbersOf(text) };
  });
  const above = lines.slice(0, edgeLines + 1);
  const below = lines.slice(-edgeLines - 1).reverse();
  return [
    above.map((line) => ({ ...line, isOutside: line.row.y > top - edge })),
    below.map((line) => ({ ...line, isOutside: line.row.y < bottom + edge })),
  ];
}

/** Lowest and highest place of a page across lines that are turned. */
function extentOf([left = 0, bottom = 0, right = 0, top = 0]: readonly number[], angle: number) {
  const radians = (angle * Math.PI) / 180;
  const heights = [left, right].flatMap((x) =>
    [bottom, top].map((y) => y * Math.cos(radians) - x * Math.sin(radians)),
  );
  return { bottom: Math.min(...heights), top: Math.max(...heights) };
}

const numerals = /\d+|(?<![\p{L}\p{N}])[ivxlc]+(?![\p{L}\p{N}])/giu;

const patternOf = (text: string) => text.replaceAll(numerals, '#').replaceAll(/\s+/g, ' ');

const numbersOf = (text: string) => [...text.matchAll(numerals)].map(([numeral]) => numberOf(numeral));

const roman: Readonly<Record<string, number>> = { i: 1, v: 5, x: 10, l: 50, c: 100 };

function numberOf(numeral: string): number {
  if (/^\d/.test(numeral)) return Number(numeral);
  const values = [...numeral.toLowerCase()].map((letter) => roman[letter] ?? 0);
  return values.reduce((sum, value, at) => sum + (value < (values[at + 1] ?? 0) ? -value : value), 0);
}

/**
 * The same text at the same height, whose numbers are equal or count the pages.
 * @param isPair there are two pages only: one of the numbers must count them, because two forms may have the same head
 */
function isSame(
  page: HeldPage,
  line: EdgeLine,
  otherPage: HeldPage,
  other: EdgeLine,
  isPair: boolean,
): boolean {
  const isSameHeight =
    Math.abs(line.row.y - other.row.y) <= sameHeight || Math.abs(line.depth - other.depth) <= sameHeight;
  if (!isSameHeight || line.pattern !== other.pattern) return false;
  const steps = line.numbers.map((number, at) => (other.numbers[at] ?? 0) - number);
  const pages = otherPage.number - page.number;
  return steps.every((step) => step === 0 || step === pages) && (!isPair || steps.includes(pages));
}
