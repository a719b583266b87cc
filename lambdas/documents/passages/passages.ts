import type { WorkBudget } from '../../runtime/work-budget.ts';

/** A piece of content that a search finds as one. */
export interface Passage {
  /** Never blank. */
  readonly text: string;
  /** Seconds; absent in documents. */
  readonly start?: number;
  readonly end?: number;
  readonly speaker?: string;
  /** First part of the language tag. */
  readonly language?: string;
}

/** Characters of a passage, at most: a hit shows all of them, and in UTF-8 they take at most 16 KB of a vector's 40 KB of metadata. */
export const passageCharsMax = 4000;

/** The passages that can be found: without blank ones, and cut to the length that a hit shows. */
export function presentable(passages: readonly Passage[]): Passage[] {
  return passages
    .map((passage) => ({ ...passage, text: passage.text.trim().slice(0, passageCharsMax).toWellFormed() }))
    .filter(({ text }) => text !== '');
}

/** Sizes in UTF-16 code units. */
export const passageChars = {
  /** From this length on, the end of a paragraph ends a passage. */
  enough: 800,
  /** No passage is longer. */
  most: 1200,
  /** Characters of the passage before that are repeated, at most, when a passage ends inside a paragraph. */
  overlap: 150,
} as const;

/** A stretch of the text, from `start` up to `end`. */
interface Range {
  readonly start: number;
  readonly end: number;
}

interface Sentence extends Range {
  readonly opensParagraph: boolean;
}

/** Passages of a text, see {@link passageRanges}. */
export function documentPassages(text: string, budget: WorkBudget): Passage[] {
  return [...passageRanges(text, budget)].map(({ start, end }) => ({ text: text.slice(start, end).trim() }));
}

/**
 * Cuts a text into passages at the ends of paragraphs and sentences. Every character that is not white space is in a
 * passage; inside a paragraph a passage begins with the last sentences of the one before, as context.
 * @param budget looked at before each passage
 */
export function* passageRanges(text: string, budget: WorkBudget): Generator<Range> {
  budget();
  let held: Sentence[] = [];
  for (const sentence of sentences(text)) {
    const start = held[0]?.start ?? sentence.start;
    const length = (held.at(-1)?.end ?? start) - start;
    if (sentence.end - start > passageChars.most) {
      budget();
      yield rangeOf(held);
      held = sentence.opensParagraph ? [] : lastOf(held, passageChars.most - (sentence.end - sentence.start));
    } else if (sentence.opensParagraph && length >= passageChars.enough) {
      yield rangeOf(held);
      held = [];
    }
    held.push(sentence);
  }
  if (held.length > 0) yield rangeOf(held);
}

const rangeOf = (held: readonly Sentence[]): Range => ({
  start: held[0]?.start ?? 0,
  end: held.at(-1)?.end ?? 0,
});

/** The last sentences of a passage, as many as the overlap and the room before the next sentence allow. */
function lastOf(held: readonly Sentence[], room: number): Sentence[] {
  const end = held.at(-1)?.end ?? 0;
  const from = held.findIndex(({ start }) => end - start <= Math.min(passageChars.overlap, room));
  return from < 0 ? [] : held.slice(from);
}

/** Unicode's rules (UAX #29) find the ends of sentences in any script, also without spaces. */
const bySentence = new Intl.Segmenter('en', { granularity: 'sentence' });
const byWord = new Intl.Segmenter('en', { granularity: 'word' });

/** Longest sentence that is kept whole: it must fit beside an overlap. */
const sentenceChars = passageChars.most - passageChars.overlap;

function* sentences(text: string): Generator<Sentence> {
  for (const paragraph of paragraphs(text)) {
    let opensParagraph = true;
    for (const range of pieces(text, paragraph, bySentence)) {
      const whole = range.end - range.start <= sentenceChars;
      const parts = whole ? [range] : packed(text, range);
      for (const part of parts) {
        if (text.slice(part.start, part.end).trim() === '') continue;
        yield { ...part, opensParagraph };
        opensParagraph = false;
      }
    }
  }
}

/** Stretches of text between blank lines. The blank lines belong to the paragraph before. */
function* paragraphs(text: string): Generator<Range> {
  let start = 0;
  for (const { index, 0: blank } of text.matchAll(/\n[^\S\n]*\n\s*/g)) {
    const end = index + blank.length;
    yield { start, end };
    start = end;
  }
  yield { start, end: text.length };
}

/** Characters that are segmented at once, so that the cost of a text without blank lines stays linear. */
const windowChars = 20_000;

function* pieces(text: string, { start, end }: Range, segmenter: Intl.Segmenter): Generator<Range> {
  for (let at = start; at < end; ) {
    const window = text.slice(at, Math.min(end, at + windowChars));
    const last = at + window.length >= end;
    const segments = [...segmenter.segment(window)];
    // The last segment of a window may continue after it, so it is left to the next window, unless it is the only one.
    const whole = last || segments.length === 1 ? segments : segments.slice(0, -1);
    for (const { index, segment } of whole) {
      yield { start: at + index, end: at + index + segment.length };
    }
    at += whole.reduce((sum, { segment }) => sum + segment.length, 0);
  }
}

/** An overlong sentence in pieces that end between words, or inside a word that is too long by itself. */
function* packed(text: string, sentence: Range): Generator<Range> {
  let { start } = sentence;
  let end = start;
  for (const word of pieces(text, sentence, byWord)) {
    for (const part of chopped(text, word)) {
      if (part.end - start > sentenceChars) {
        yield { start, end };
        start = end;
      }
      end = part.end;
    }
  }
  if (end > start) yield { start, end };
}

function* chopped(text: string, { start, end }: Range): Generator<Range> {
  for (let at = start; at < end; ) {
    let to = Math.min(end, at + sentenceChars);
    // Never between the halves of a surrogate pair.
    if (to < end && /[\uD800-\uDBFF]/.test(text.charAt(to - 1))) to -= 1;
    yield { start: at, end: to };
    at = to;
  }
}
