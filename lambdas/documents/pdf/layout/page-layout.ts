import { joined, learnWords } from './joined.ts';
import { type Line, lineOf } from './line.ts';
import { paragraphsOf, type Stretch } from './paragraphs.ts';
import { cellSpace, type Region, regionsOf } from './regions.ts';
import { commonSize, piecesOf } from './rows.ts';
import type { Runs, TurnedRuns } from './runs.ts';

/** The text of a page as it is read. */
export interface PageLayout {
  readonly stretches: readonly Stretch[];
  /** The size of most of its letters. */
  readonly size: number;
}

/** Lays out the runs of a page: lines, columns, tables and paragraphs in reading order; text in other directions comes last. */
export function layoutOf(runs: Runs): PageLayout {
  const { turned } = runs;
  return {
    stretches: turned.flatMap((group) => stretchesOf(group)),
    size: commonSize(turned[0]?.runs ?? []),
  };
}

const stretchesOf = ({ runs }: TurnedRuns): Stretch[] =>
  regionsOf(runs).flatMap((region) => (region.isTable ? rowsOfTable(region) : paragraphsOf(linesOf(region))));

const linesOf = ({ rows }: Region): Line[] => rows.map(({ runs }) => lineOf(runs));

/** Each row of a table, with its cells as lines. */
const rowsOfTable = ({ rows, size }: Region): Stretch[] =>
  rows.map((row) => {
    const cells = piecesOf(row, cellSpace(size)).map(lineOf);
    const ordered = cells.every(({ rtl }) => rtl) ? cells.reverse() : cells;
    return { lines: ordered, kind: 'row', size: row.size };
  });

/**
 * The text of each stretch of a page, without the hyphens of line ends.
 * @param words of the pages before, to which those of this page are added
 */
export function textsOf(stretches: readonly Stretch[], words: Set<string>): string[] {
  learnWords(
    words,
    stretches.flatMap(({ lines }) => lines.map(({ text }) => text)),
  );
  return stretches.map(({ kind, lines }) => {
    const texts = lines.map(({ text }) => text);
    return kind === 'row' ? texts.join(', ') : joined(texts, words);
  });
}
