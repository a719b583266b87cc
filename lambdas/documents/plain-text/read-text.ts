import type { WorkBudget } from '../../runtime/work-budget.ts';
import type { Block } from '../blocks/block.ts';
import { joinLines } from '../blocks/join-lines.ts';
import { linesOf } from './lines.ts';

/** Characters that are searched for blank lines at once, about. */
const windowChars = 64 * 1024;

/**
 * The paragraphs of a plain text, which blank lines separate. Lines that only wrap are joined.
 * @param budget looked at before each window of the text
 */
export function* readText(source: string, budget: WorkBudget): Generator<Block> {
  let lines: string[] = [];
  let looked = 0;
  budget();
  for (const { line, at } of linesOf(source)) {
    if (at - looked >= windowChars) {
      looked = at;
      budget();
    }
    if (line.trim() !== '') lines.push(line);
    else if (lines.length > 0) {
      yield { kind: 'paragraph', text: unwrapped(lines) };
      lines = [];
    }
  }
  if (lines.length > 0) yield { kind: 'paragraph', text: unwrapped(lines) };
}

/** Columns from which on a line may have been wrapped, and the share of the longest line that a wrapped one fills. */
const [wrapColumns, wrapShare] = [40, 0.8];

/**
 * A paragraph whose lines an editor wrapped is one line; the lines of a list, a table, code or a poem stay. A line was wrapped when it, with
 * the first word of the next, is nearly as long as the longest line.
 */
function unwrapped(lines: readonly string[]): string {
  const widths = lines.map(columnsOf);
  const widest = widths.reduce((most, width) => Math.max(most, width), 0);
  if (widest < wrapColumns) return lines.map((line) => line.trim()).join('\n');
  const joined: string[] = [];
  let run: string[] = [];
  for (const [number, line] of lines.entries()) {
    run.push(line);
    const next = lines[number + 1];
    const word = next === undefined ? '' : firstWord(next);
    const isFull = (widths[number] ?? 0) + 1 + columnsOf(word) >= widest * wrapShare;
    if (next !== undefined && isFull && !isOwnLine(line) && !isOwnLine(next, true)) continue;
    joined.push(joinLines(run));
    run = [];
  }
  return joined.join('\n');
}

const firstWord = (line: string) => /^\s*(\S{1,40})/.exec(line)?.[1] ?? '';

/** Columns of a line: ideographs and their like take two. */
function columnsOf(line: string): number {
  let columns = 0;
  for (let at = 0; at < line.length; at += 1) columns += line.charCodeAt(at) >= 0x2e80 ? 2 : 1;
  return columns;
}

/** Whether a line has columns, or begins a list's item. */
const isOwnLine = (line: string, atStart = false) =>
  /\S(?:\t| {3})/.test(line.slice(0, 2000).trimEnd()) ||
  (atStart && /^\s*(?:[-*+•·‣–—]|\d{1,3}[.)])\s/.test(line.slice(0, 200)));
