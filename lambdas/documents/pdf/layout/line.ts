import { commonSize, spanOf } from './rows.ts';
import type { Run } from './run.ts';

/** A line of text as it is read. */
export interface Line {
  readonly text: string;
  readonly x: number;
  readonly end: number;
  readonly y: number;
  /** The size of most of its letters. */
  readonly size: number;
  readonly rtl: boolean;
}

/** Least space between two words, as part of the font's size: PDF.js takes about the same within an item. */
const wordSpace = 0.12;
/** Text that is drawn again within this distance, as part of the font's size, is bold or has a shadow. */
const samePlace = 0.2;
/** Runs at nearly the same place that are compared. */
const lookBack = 8;

/** Ideographs and kana, which are written without spaces between words. */
const unspaced =
  '[\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\u3001-\\u303f\\u30fb\\u30fc\\uff01-\\uff5e]';
const spacesBetween = new RegExp(`(?<=${unspaced}) (?=${unspaced})`, 'gu');
const endsUnspaced = new RegExp(`${unspaced}$`, 'u');
const startsUnspaced = new RegExp(`^${unspaced}`, 'u');
/** Space between two ideographs, as part of the font's size, that is more than their justification. */
const ideographSpace = 0.6;

/** @param sorted runs that share a line, from left to right; at least one */
export function lineOf(sorted: readonly Run[]): Line {
  const runs = drawnOnce(sorted);
  const rtl = isRtl(runs);
  const ordered = rtl ? fromRight(runs) : runs;
  const pieces: string[] = [];
  let last: Run | undefined;
  for (const run of ordered) {
    const text = run.text.replaceAll(spacesBetween, '');
    if (last) pieces.push(spaceBetween(last, run));
    pieces.push(text);
    last = run;
  }
  const { left, right } = spanOf(runs);
  const size = commonSize(runs);
  const main = runs.find((run) => Math.abs(run.size - size) <= 0.25) ?? runs[0];
  return { text: pieces.join('').trim(), x: left, end: right, y: main?.y ?? 0, size, rtl };
}

/** Without runs whose text is drawn again at nearly the same place. */
function drawnOnce(runs: readonly Run[]): Run[] {
  const kept: Run[] = [];
  for (const run of runs) {
    const near = samePlace * run.size;
    const isAgain = kept
      .slice(-lookBack)
      .some(
        ({ text, x, y }) => text === run.text && Math.abs(run.x - x) < near && Math.abs(run.y - y) < near,
      );
    if (!isAgain) kept.push(run);
  }
  return kept;
}

function isRtl(runs: readonly Run[]): boolean {
  let balance = 0;
  for (const { rtl, text } of runs) balance += rtl ? text.length : -text.length;
  return balance > 0;
}

/** From right to left, with numbers and foreign words in their own order. */
function fromRight(runs: readonly Run[]): Run[] {
  const ordered: Run[] = [];
  let foreign: Run[] = [];
  for (const run of runs.toReversed()) {
    if (run.rtl) {
      ordered.push(...foreign.reverse(), run);
      foreign = [];
    } else foreign.push(run);
  }
  return [...ordered, ...foreign.reverse()];
}

function spaceBetween(one: Run, other: Run): '' | ' ' {
  const gap = one.x <= other.x ? other.x - one.end : one.x - other.end;
  const size = Math.min(one.size, other.size);
  if (endsUnspaced.test(one.text) && startsUnspaced.test(other.text))
    return gap > ideographSpace * size ? ' ' : '';
  const follows = other.order === one.order + 1;
  if (follows && other.spaced) return ' ';
  // Runs that overlap by more than a letter are not of one word.
  return gap > wordSpace * size || gap < -size ? ' ' : '';
}
