// What terminals draw two columns wide, some of it more for good measure: East Asian scripts and emoji (UAX #11).
const wide =
  /[\u1100-\u115F\u2E80-\uA4CF\uA960-\uA97C\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF01-\uFF60\uFFE0-\uFFE6\u{17000}-\u{18DFF}\u{1B000}-\u{1B2FF}\u{20000}-\u{3FFFD}]|\p{Extended_Pictographic}|\p{Regional_Indicator}/u;
const symbols = new Intl.Segmenter('en', { granularity: 'grapheme' });
/** Marks that stand over or under the letter before them, as in the decomposed names of macOS. */
const marks = /\p{M}|\p{Cf}/gu;

const widthOfSymbol = (symbol: string) => (wide.test(symbol) ? 2 : [...symbol.replaceAll(marks, '')].length);

/** Columns that text takes on a screen. */
export const widthOf = (text: string) => sum(symbolsOf(text));

/** Text of so many columns at most, cut in its middle where it has more: a file keeps its ending. */
export function cutMiddle(text: string, width: number): string {
  const all = symbolsOf(text);
  if (sum(all) <= width) return text;
  if (width < 1) return '';
  const tail = fitting(all.toReversed(), Math.floor((width - 1) / 2)).toReversed();
  const head = fitting(all, width - 1 - sum(tail));
  return [...head, '…', ...tail].join('');
}

const symbolsOf = (text: string) => Array.from(symbols.segment(text), ({ segment }) => segment);

const sum = (all: readonly string[]) => all.reduce((columns, symbol) => columns + widthOfSymbol(symbol), 0);

/** The first symbols that fit. */
function fitting(all: readonly string[], width: number): string[] {
  let columns = 0;
  const end = all.findIndex((symbol) => {
    columns += widthOfSymbol(symbol);
    return columns > width;
  });
  return all.slice(0, end);
}
