import type { Line } from './line.ts';

/** A stretch of text on a page: a paragraph, a heading, an item of a list or a row of a table. */
export interface Stretch {
  readonly lines: readonly Line[];
  readonly kind: 'paragraph' | 'item' | 'row';
  /** The size of its first line. */
  readonly size: number;
}

/** A distance between lines that is larger than the usual one by this factor parts paragraphs. */
const wideFactor = 1.3;
/** Most of a size that two fonts of one paragraph differ by, as a part of it. */
const sameSize = 0.12;
/** Indents of a first line, as multiples of the font's size. */
const [leastIndent, mostIndent] = [0.7, 8];
/** Part of the column's width that a paragraph's last line leaves empty, at least. */
const shortLine = 0.15;
/** Part of the width that a line without an end, such as a title, leaves empty. */
const titleRoom = 0.4;

const itemMark = /^(?:[•‣▪◦●○■□➢➤✓✔·*–—-]|[\uf000-\uf0ff]|\(?(?:\d{1,3}|[A-Za-z]|[ivxlc]{1,5})[.)])\s+\S/u;
const sentenceEnd = /[.!?…:;。！？」』)\]"'”’]$/u;

/** Divides the lines of a region, from the top down, into paragraphs. */
export function paragraphsOf(lines: readonly Line[]): Stretch[] {
  const column = columnOf(lines);
  const stretches: Stretch[] = [];
  let held: Line[] = [];
  const end = () => {
    const [first] = held;
    if (first)
      stretches.push({
        lines: held,
        kind: itemMark.test(first.text) ? 'item' : 'paragraph',
        size: first.size,
      });
    held = [];
  };
  for (const [at, line] of lines.entries()) {
    const before = lines[at - 1];
    if (before && opensParagraph(before, line, lines[at + 1], column)) end();
    held.push(line);
  }
  end();
  return stretches;
}

interface Column {
  readonly left: number;
  readonly right: number;
  /** The usual distance between two baselines, in parts of the font's size. */
  readonly pitch: number;
}

function opensParagraph(before: Line, line: Line, after: Line | undefined, column: Column): boolean {
  const size = Math.max(before.size, line.size);
  if (Math.abs(before.size - line.size) > sameSize * size && isOwnSize(before, line)) return true;
  const distance = before.y - line.y;
  if (distance > wideFactor * Math.max(column.pitch, 1) * size || distance < 0) return true;
  if (itemMark.test(line.text)) return true;
  const width = column.right - column.left;
  const [room, indent] = line.rtl
    ? [before.x - column.left, column.right - line.end]
    : [column.right - before.end, line.x - column.left];
  const indentBefore = line.rtl ? column.right - before.end : before.x - column.left;
  const isIndented = indent >= leastIndent * size && indent <= mostIndent * size;
  // A hanging line or a list is indented throughout; the first line of a paragraph is alone in it.
  const isHanging = itemMark.test(before.text) || (after && startsLike(after, line));
  if (isIndented && indentBefore < indent - 0.5 * size && !isHanging) return true;
  if (
    isIndented &&
    Math.abs(indent - indentBefore) < 0.5 * size &&
    room > shortLine * width &&
    sentenceEnd.test(before.text)
  ) {
    return true;
  }
  if (room <= widthOfFirstWord(line)) return false;
  const isTitle = room > titleRoom * width && indentBefore < 0.5 * size;
  return isTitle || (room > shortLine * width && sentenceEnd.test(before.text));
}

/** Whether a change of the size is more than a few small letters, such as a number raised above the line. */
const isOwnSize = (before: Line, line: Line) => before.text.length > 3 && line.text.length > 3;

const startsLike = (one: Line, other: Line) =>
  one.rtl ? Math.abs(one.end - other.end) < 0.3 * one.size : Math.abs(one.x - other.x) < 0.3 * one.size;

/** A line has room for the first word of the next unless its paragraph ended. */
function widthOfFirstWord({ text, x, end }: Line): number {
  const word = text.search(/\s/);
  return ((end - x) * (word < 0 ? text.length : word + 1)) / Math.max(1, text.length);
}

function columnOf(lines: readonly Line[]): Column {
  const starts = lines.map(({ x }) => x).sort((one, other) => one - other);
  const ends = lines.map(({ end }) => end).sort((one, other) => one - other);
  const left = commonStart(starts);
  const right = ends[Math.floor(ends.length * 0.9)] ?? 0;
  const room = shortLine * (right - left);
  // Below a full line its paragraph usually continues; distances between paragraphs would count in a short text.
  const isFull = ({ x, end, rtl }: Line) => (rtl ? x - left : right - end) < room;
  return { left, right, pitch: pitchOf(lines, isFull) ?? pitchOf(lines, () => true) ?? 1.2 };
}

/** The usual distance from such a line to the next, in parts of the font's size. */
function pitchOf(lines: readonly Line[], isSuch: (line: Line) => boolean): number | undefined {
  const pitches = lines
    .slice(1)
    .flatMap((line, at) => {
      const before = lines[at];
      return before && isSuch(before) ? [(before.y - line.y) / Math.max(line.size, 0.1)] : [];
    })
    .filter((pitch) => pitch > 0.5 && pitch < 3)
    .sort((one, other) => one - other);
  return pitches[Math.floor(pitches.length * 0.4)];
}

/** The leftmost of the starts that many lines share. */
function commonStart(sorted: readonly number[]): number {
  let [from, best, most] = [0, sorted[0] ?? 0, 0];
  for (const [at, start] of sorted.entries()) {
    while ((sorted[from] ?? start) < start - 2) from += 1;
    if (at - from + 1 > most * 1.2) [best, most] = [sorted[from] ?? start, at - from + 1];
  }
  return best;
}
