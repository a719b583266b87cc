/** How a text that the product read compares with a reference. */
export interface Comparison {
  /** Share of the reference's words that were read, and of the read words that are in the reference. */
  readonly recall: number;
  readonly precision: number;
  /** Share of the words in common that are in the order of the reference. */
  readonly order: number;
  /** Words that are two neighbouring words of the reference without the space, per thousand read words. */
  readonly glued: number;
}

const byWord = new Intl.Segmenter('en', { granularity: 'word' });

/** Words of a text in any script (UAX #29), without case and compatibility forms. */
export function wordsOf(text: string): string[] {
  const plain = text.normalize('NFKC').toLowerCase();
  return [...byWord.segment(plain)].flatMap(({ segment, isWordLike }) => (isWordLike ? [segment] : []));
}

/** Compares the words of a text with those of a reference. */
export function compare(text: string, reference: string): Comparison {
  const [read, wanted] = [wordsOf(text), wordsOf(reference)];
  const places = placesOf(wanted);
  const matched = read.flatMap((word) => places.get(word)?.shift() ?? []);
  return {
    recall: share(matched.length, wanted.length),
    precision: share(matched.length, read.length),
    order: share(longestRise(matched), matched.length),
    glued: read.length === 0 ? 0 : (1000 * gluedWords(read, wanted).length) / read.length,
  };
}

const share = (part: number, whole: number) => (whole === 0 ? 1 : part / whole);

/** Places of each word, in order. */
function placesOf(words: readonly string[]): Map<string, number[]> {
  const places = new Map<string, number[]>();
  for (const [place, word] of words.entries()) {
    const known = places.get(word);
    if (known) known.push(place);
    else places.set(word, [place]);
  }
  return places;
}

/** Length of the longest rising subsequence (patience sorting). */
function longestRise(numbers: readonly number[]): number {
  const ends: number[] = [];
  for (const number of numbers) {
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((ends[middle] ?? 0) < number) low = middle + 1;
      else high = middle;
    }
    ends[low] = number;
  }
  return ends.length;
}

/** Read words that the reference has as two neighbours. */
function gluedWords(read: readonly string[], wanted: readonly string[]): string[] {
  const known = new Set(wanted);
  const neighbours = new Set(wanted.slice(1).map((word, place) => `${wanted[place]} ${word}`));
  const isGlued = (word: string) =>
    Array.from({ length: word.length - 1 }, (_, at) => `${word.slice(0, at + 1)} ${word.slice(at + 1)}`).some(
      (pair) => neighbours.has(pair),
    );
  return read.filter((word) => !known.has(word) && isGlued(word));
}

/** Share of passages that end inside a sentence: behind a letter, a digit or a comma, where no sentence ends. */
export function cutShare(passages: readonly string[]): number {
  const cut = passages.filter((text) => /[\p{L}\p{N},、，]$/u.test(text.trim()));
  return share(cut.length, passages.length || 1);
}
