import { stemmer } from 'stemmer';

/** Scripts written without spaces between words: two characters at a time stand in for a word. */
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}ー]+/u;
const pieces = new RegExp(`${unspaced.source}|[\\p{L}\\p{M}\\p{N}]+(?:['’][\\p{L}]+)?`, 'gu');

/** English words that carry grammar rather than subject. */
const functionWords = new Set(
  `a about after again all also am an and any are as at be because been before being between both but by can could
  did do does doing done for from get give got had has have he her here hers him his how i if in into is it its just
  let like make may me might more most much must my no nor not now of off on once only or other our ours out over own
  please say says said shall she should so some such take tell than that the their theirs them then there these they
  this those through to too under until up us very want was we were what when where which while who whom whose why
  will with would you your yours i'm i've i'd it's that's what's don't can't isn't there's let's`.split(
    /\s+/,
  ),
);

/** Two words that differ only by ending get the same stem; other scripts than Latin are left as they are. */
export const stem = (word: string) => (/^[a-z]+$/.test(word) ? stemmer(word) : word);

/** In Japanese, grammar is written in hiragana and most subjects are not. */
const hiragana = /^\p{Script=Hiragana}+$/u;

export const isFunctionWord = (word: string) =>
  functionWords.has(word.replace('’', "'")) || hiragana.test(word);

/** The words of a text, in order, lower case (NFKC); runs of Japanese, Chinese and Thai as pairs of characters. */
export function words(text: string): string[] {
  const found = text.normalize('NFKC').toLowerCase().match(pieces) ?? [];
  return found.flatMap((piece) => (unspaced.test(piece) ? pairs(piece) : [piece]));
}

/** Stems of the words that carry the subject of a text, in order. */
export function contentWords(text: string): string[] {
  return words(text)
    .filter((word) => !isFunctionWord(word))
    .map((word) => stem(word.replace(/['’]s$/, '')));
}

function pairs(run: string): string[] {
  const characters = [...run];
  if (characters.length < 2) return characters;
  return characters.slice(1).map((character, index) => `${characters[index]}${character}`);
}

/** The sentences of a text, trimmed; line breaks end one too. */
export function sentences(text: string): string[] {
  return text
    .split(/(?<=[.!?])\s+|(?<=[。！？])|\n+/u)
    .map((sentence) => sentence.trim())
    .filter((sentence) => sentence !== '');
}
