/** A word, a number, one character of an unspaced script, or one other visible character. */
const pieces = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]|[\p{L}\p{M}]+|\p{N}+|[^\s]/gu;

/** Characters of one token in a long word; the rule of thumb model providers give for English. */
const charactersPerToken = 4;

/**
 * Tokens of a text by a fixed rule: the stand-in has no vocabulary of a model, so counts are near a model's, not equal.
 */
export function countTokens(text: string): number {
  let tokens = 0;
  for (const [piece] of text.matchAll(pieces)) tokens += Math.ceil(piece.length / charactersPerToken);
  return tokens;
}

/** The longest beginning of a text with at most the given number of tokens. */
export function firstTokens(text: string, most: number): string {
  let tokens = 0;
  for (const match of text.matchAll(pieces)) {
    tokens += Math.ceil(match[0].length / charactersPerToken);
    if (tokens > most) return text.slice(0, match.index).trimEnd();
  }
  return text;
}

/** The longest end of a text with at most the given number of tokens. */
export function lastTokens(text: string, most: number): string {
  let tokens = 0;
  for (const match of [...text.matchAll(pieces)].reverse()) {
    tokens += Math.ceil(match[0].length / charactersPerToken);
    if (tokens > most) return text.slice(match.index + match[0].length).trimStart();
  }
  return text;
}
