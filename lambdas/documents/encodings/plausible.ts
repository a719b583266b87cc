/** Control characters that no text has, with the replacement and private-use characters that stand for no character. */
const unwritten = /(?!\s)\p{Cc}|[\p{Co}\ufffd\ufffe\uffff]/u;

/** Letters and marks of the languages of Western Europe, which windows-1252 holds. */
const western =
  /[àáâãäåæçèéêëìíîïñòóôõöøœùúûüýßÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØŒÙÚÛÜÝ¿¡«»“”‘’„‚–—…€£©®°§·•™ºª½¼¾²×\u00a0]/;

/** Whether a guess may be a text at all. */
export const mayBeText = (text: string): boolean => !unwritten.test(text);

const beyondAscii = /\P{ASCII}/gu;
const letter = /[\p{L}\p{M}]/u;

/** Share of the characters beyond ASCII that are letters: a text read in the wrong encoding has marks among its letters. */
export function letterShare(text: string): number {
  const found = text.match(beyondAscii) ?? [];
  const letters = found.filter((char) => letter.test(char) && char !== 'ÿ').length;
  return found.length === 0 ? 1 : letters / found.length;
}

/** Letters as only a text in another encoding has them: four of them in a row, a capital after a small one, or a fraction after a letter. */
const notWestern = /[À-ÖØ-öø-ÿ]{4}|\p{Ll}[À-ÖØ-Þ]|\p{L}[¼½¾]/u;

/** Whether each character beyond ASCII is one that a language of Western Europe uses, in words as it writes them. */
export const hasWesternWords = (text: string): boolean =>
  !notWestern.test(text) && (text.match(beyondAscii) ?? []).every((char) => western.test(char));

/** First character of East Asia's scripts: one in 256 of them has a zero byte in UTF-16. */
const eastAsianFrom = 0x2e80;
const isAscii = /[\t\n\r\x20-\x7e]/;

/** Whether at least half of the other characters of a text that have a zero byte in UTF-16 are ASCII, as in any text. */
export function hasTextualZeros(text: string): boolean {
  let [zeros, ascii] = [0, 0];
  for (const char of text.slice(0, sampleChars)) {
    const code = char.charCodeAt(0);
    if (code >= eastAsianFrom || (code >= 0x100 && code % 0x100 !== 0)) continue;
    zeros += 1;
    if (isAscii.test(char)) ascii += 1;
  }
  return ascii * 2 >= zeros;
}

const eastAsian =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303f\uff00-\uffef]/gu;
/** Characters of a text, at most, whose shares are counted. */
const sampleChars = 20_000;

/** Share of a text that is in scripts which UTF-16 is used for: letters of any script but rare ideographs, digits, punctuation, spaces. */
export function commonShare(text: string): number {
  const sample = text.slice(0, sampleChars);
  if (sample === '') return 0;
  const common = sample.match(
    /[\t\n\r\x20-\x7e\u00a0-\u024f\u0370-\u06ff\u0900-\u0e7f\u2010-\u203a\u3000-\u30ff\u4e00-\u9fff\uac00-\ud7a3\uff00-\uffef]/g,
  );
  return (common?.length ?? 0) / sample.length;
}

/** Share of a text that is East Asian. */
export const eastAsianShare = (text: string): number =>
  (text.slice(0, sampleChars).match(eastAsian)?.length ?? 0) /
  Math.max(1, Math.min(text.length, sampleChars));
