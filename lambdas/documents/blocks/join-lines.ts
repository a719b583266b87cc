/** Scripts that are written without spaces between words, with their punctuation. */
const unspaced =
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303f\u30fb\u30fc\uff01-\uff5e]$/u;

/** What joins two pieces of a text that a line's end separates: nothing between two ideographs or kana, otherwise a space. */
export function jointOf(before: string, after: string): '' | ' ' {
  const isUnspaced =
    unspaced.test(before.slice(-2).replace(/^[^\uD800-\uDBFF]/, '')) && unspaced.test(firstOf(after));
  return isUnspaced ? '' : ' ';
}

const firstOf = (text: string) => String.fromCodePoint(text.codePointAt(0) ?? 0x20);

/** Joins lines that only wrap, and takes the spaces at their ends. */
export function joinLines(lines: readonly string[]): string {
  const pieces: string[] = [];
  let last = '';
  for (const line of lines) {
    const text = line.trim();
    if (text === '') continue;
    if (last !== '') pieces.push(jointOf(last, text));
    pieces.push(text);
    last = text;
  }
  return pieces.join('');
}

/** Stands for a line end that the author meant, such as `<br>`, in a text whose lines wrap. */
export const lineEnd = '\v';

/** A text as a browser shows it: white space is one space, and a line end in the source is none between ideographs. */
export function flowingText(source: string): string {
  return source
    .split(lineEnd)
    .map((line) => joinLines(line.split(/[\n\r]/)).replace(/[ \t\f]+/g, ' '))
    .join('\n')
    .trim();
}
