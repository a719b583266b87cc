import { standInNote } from '../../stand-in.ts';
import { contentWords, sentences } from '../../text/words.ts';

/** The parts of an answer that are no claims: ids and times that name its sources, and the stand-in's note. */
const naming = [/\[[^\]]*\]/gu, /\(\s*[\d.]+(?:\s*[–-]\s*[\d.]+)?\s*s\s*\)/gu];

/** Content words from which a sentence counts as a claim. */
const leastClaim = 3;

/**
 * How well its sources support an answer: the share of a sentence's words that the sources or the question hold, for the
 * sentence with the lowest share. A model judges meaning; this catches an answer about other things than its sources.
 * @returns 0 to 1; 1 for an answer that claims nothing
 */
export function groundingOf(answer: string, sources: readonly string[], question: string): number {
  const known = new Set(contentWords([...sources, question].join('\n')));
  // What names a source ends a statement.
  const claims = naming.reduce(
    (text, pattern) => text.replace(pattern, '\n'),
    answer.replace(standInNote, ''),
  );
  const scores = sentences(claims).flatMap((sentence) => {
    const words = contentWords(sentence);
    if (words.length < leastClaim) return [];
    return [words.filter((word) => known.has(word)).length / words.length];
  });
  return Math.min(1, ...scores);
}
