/** The lines of a text, by any line end of Unicode (UAX 14, BK, CR, LF and NL), and where each begins. */
export function* linesOf(text: string): Generator<{ readonly line: string; readonly at: number }> {
  const lineEnds = /\r\n?|[\n\f\v\u0085\u2028\u2029]/g;
  let at = 0;
  for (const { index, 0: end } of text.matchAll(lineEnds)) {
    yield { line: text.slice(at, index), at };
    at = index + end.length;
  }
  yield { line: text.slice(at), at };
}
