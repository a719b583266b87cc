import { weigh, weighedEnd } from './tokens.ts';

/** Unicode's rules (UAX #29) find the ends of sentences in any script, also without spaces. */
const bySentence = new Intl.Segmenter('en', { granularity: 'sentence' });
const byWord = new Intl.Segmenter('en', { granularity: 'word' });

/** Characters that are segmented at once, so that the cost of a text without line ends stays linear. */
const windowChars = 20_000;

/**
 * The sentences of a text, with the spaces after them; together they are the text. A longer one than the limit is cut between words,
 * or inside a word that is too long by itself.
 * @param limit hundredths of tokens
 */
export function* sentencesOf(text: string, limit: number): Generator<string> {
  for (const sentence of segments(text, bySentence)) {
    if (weigh(sentence) <= limit) yield sentence;
    else yield* packed(sentence, limit);
  }
}

function* segments(text: string, segmenter: Intl.Segmenter): Generator<string> {
  for (let at = 0; at < text.length; ) {
    const window = text.slice(at, at + windowChars);
    const found = [...segmenter.segment(window)];
    // The last segment of a window may continue after it, so it is left to the next window, unless it is the only one.
    const whole = at + window.length === text.length || found.length === 1 ? found : found.slice(0, -1);
    for (const { segment } of whole) {
      yield segment;
      at += segment.length;
    }
  }
}

function* packed(sentence: string, limit: number): Generator<string> {
  let [start, end, weight] = [0, 0, 0];
  for (const word of segments(sentence, byWord)) {
    for (const part of chopped(word, limit)) {
      const more = weigh(part);
      if (weight + more > limit && end > start) {
        yield sentence.slice(start, end);
        [start, weight] = [end, 0];
      }
      end += part.length;
      weight += more;
    }
  }
  if (end > start) yield sentence.slice(start, end);
}

function* chopped(word: string, limit: number): Generator<string> {
  for (let at = 0; at < word.length; ) {
    const end = weighedEnd(word, at, limit);
    yield word.slice(at, end);
    at = end;
  }
}
