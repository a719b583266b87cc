/** Ends of lines that no space follows: dashes and slashes within a word. */
const glued = /[\p{L}\p{N}][—–/]$/u;
const unspacedEnd =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\u3001-\u303f\u30fb\u30fc\uff01-\uff5e]$/u;
const unspacedStart =
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\u3001-\u303f\u30fb\u30fc\uff01-\uff5e]/u;
/** A word that a hyphen divides at a line's end; the group is the word with what it may already have of hyphens. */
const divided = /(?<word>[\p{L}\p{N}\p{M}'’-]{0,64}[\p{L}\p{N}])[-\u2010\u00ad]$/u;
/** Words before which a hyphen stands for the rest of a compound: `in- and output`. */
const conjunctions = new Set([
  'and',
  'or',
  'und',
  'oder',
  'et',
  'ou',
  'y',
  'o',
  'e',
  'en',
  'of',
  'och',
  'og',
  'to',
]);
const firstWord = /^[\p{L}\p{M}]+/u;
const softHyphens = /\u00ad(?=.)/g;
/** Words within a line, with their hyphens. */
const wholeWords = /[\p{L}\p{N}]{1,40}(?:[-\u2010][\p{L}\p{N}]{1,40}){0,8}/gu;
/** Words of a document that are remembered, at most. */
const mostWords = 50_000;

/** Adds the words that stand within lines, in lower case: at a line's end the same word is written in the same way. */
export function learnWords(words: Set<string>, lines: readonly string[]): void {
  for (const line of lines) {
    for (const [word] of line.matchAll(wholeWords)) {
      if (words.size >= mostWords) return;
      words.add(word.toLowerCase().replaceAll('\u2010', '-'));
    }
  }
}

/**
 * The text of a paragraph from its lines. A word that a hyphen divides at a line's end is one word again, unless the hyphen is
 * its own: before a capital or a digit, in a word with another hyphen, or in a word that is written so elsewhere.
 * @param words of the document, see {@link learnWords}
 */
export function joined(lines: readonly string[], words: ReadonlySet<string>): string {
  const pieces: string[] = [];
  let last = '';
  for (const line of lines) {
    if (last !== '') {
      const { drop, space } = jointOf(last, line, words);
      if (drop) pieces.push(pieces.pop()?.slice(0, -1) ?? '');
      pieces.push(space);
    }
    pieces.push(line);
    last = line;
  }
  return pieces.join('').replaceAll(softHyphens, '');
}

interface Joint {
  /** The hyphen at the end is not the word's own. */
  readonly drop: boolean;
  readonly space: '' | ' ';
}

function jointOf(before: string, after: string, words: ReadonlySet<string>): Joint {
  const word = divided.exec(before.slice(-80))?.groups?.word;
  const next = firstWord.exec(after.slice(0, 80))?.[0];
  if (word !== undefined && /^[\p{L}\p{N}]/u.test(after)) {
    if (next !== undefined && conjunctions.has(next)) return { drop: false, space: ' ' };
    return { drop: before.endsWith('\u00ad') || !isOwnHyphen(word, next, words), space: '' };
  }
  const isTight =
    glued.test(before.slice(-2)) ||
    (unspacedEnd.test(before.slice(-2)) && unspacedStart.test(after.slice(0, 2)));
  return { drop: false, space: isTight ? '' : ' ' };
}

function isOwnHyphen(word: string, next: string | undefined, words: ReadonlySet<string>): boolean {
  if (next === undefined || /\p{N}$/u.test(word) || words.has(`${word}-${next}`.toLowerCase())) return true;
  if (words.has(`${word}${next}`.toLowerCase())) return false;
  return /^\p{Lu}/u.test(next) || word.includes('-');
}
