import type { WorkBudget } from '../../runtime/work-budget.ts';
import type { Block } from '../blocks/block.ts';
import { cellRange, namesColumns } from '../blocks/cells.ts';
import { flowingText } from '../blocks/join-lines.ts';

/** Rows between two looks at the budget. */
const rowsAtOnce = 500;

/**
 * The rows of a table of comma-separated values (RFC 4180), and of its relatives with semicolons, tabs or bars. The first row names
 * the columns when all of its cells are words.
 * @param budget looked at before each few hundred rows
 */
export function* readCsv(source: string, budget: WorkBudget): Generator<Block> {
  let [number, isFirst] = [0, true];
  for (const cells of rowsOf(source)) {
    if (number % rowsAtOnce === 0) budget();
    number += 1;
    const texts = cells.map((cell) => flowingText(cell).replaceAll('\n', ' '));
    const last = texts.findLastIndex((text) => text !== '') + 1;
    if (last === 0) continue;
    const place = { cells: cellRange(number, 1, last) };
    const header = isFirst && namesColumns(texts.slice(0, last)) ? ({ header: true } as const) : {};
    isFirst = false;
    yield { kind: 'row', table: 1, text: texts.slice(0, last).join(', '), place, ...header };
  }
}

/** Characters and lines in which the delimiter is looked for. */
const [sampleChars, sampleLines] = [4096, 5];

/** What separates the cells: the character that each of the first lines has most of; Excel writes `sep=;` before it. */
function delimiterOf(source: string): { readonly delimiter: string; readonly start: number } {
  const named = /^sep=(.)\r?\n/.exec(source.slice(0, 10));
  if (named?.[1]) return { delimiter: named[1], start: named[0].length };
  const lines = source.slice(0, sampleChars).split(/[\r\n]+/, sampleLines);
  const plain = lines.filter((line) => line !== '').map((line) => line.replaceAll(/"[^"]*"/g, ''));
  const count = (mark: string) => Math.min(...plain.map((line) => line.split(mark).length - 1));
  const [best = ','] = [',', '\t', ';', '|'].toSorted((a, b) => count(b) - count(a));
  return { delimiter: best, start: 0 };
}

/** The rows of cells. A quote that never closes is a letter, and so are those after it. */
function* rowsOf(source: string): Generator<string[]> {
  const { delimiter, start } = delimiterOf(source);
  const ends = new RegExp(`[\\r\\n${delimiter === '\t' ? '\\t' : `\\${delimiter}`}]`, 'g');
  let [at, mayQuote] = [start, true];
  let cells: string[] = [];
  while (at < source.length) {
    const quoted = mayQuote && source[at] === '"' ? quotedCell(source, at) : undefined;
    if (source[at] === '"' && !quoted) mayQuote = false;
    ends.lastIndex = quoted?.end ?? at;
    const end = ends.exec(source)?.index ?? source.length;
    cells.push((quoted?.text ?? '') + source.slice(quoted?.end ?? at, end));
    at = end + 1;
    if (source[end] === delimiter) {
      if (at >= source.length) cells.push('');
      continue;
    }
    if (source[end] === '\r' && source[at] === '\n') at += 1;
    yield cells;
    cells = [];
  }
  if (cells.length > 0) yield cells;
}

/** @returns the text of a cell that begins with a quote, and the place after the closing one; undefined when none closes it */
function quotedCell(
  source: string,
  start: number,
): { readonly text: string; readonly end: number } | undefined {
  const pieces: string[] = [];
  for (let at = start + 1; ; ) {
    const quote = source.indexOf('"', at);
    if (quote < 0) return undefined;
    pieces.push(source.slice(at, quote));
    if (source[quote + 1] !== '"') return { text: pieces.join('"'), end: quote + 1 };
    at = quote + 2;
  }
}
