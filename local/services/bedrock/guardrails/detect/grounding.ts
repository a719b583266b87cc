import { standInNote } from '../../stand-in.ts';
import { contentWords, sentences } from '../../text/words.ts';

/** What an answer says beside its claims: ids and times that name its sources, and the stand-in's own note. */
const naming = [/\[[^\]]*\]/gu, /\(\s*[\d.]+(?:\s*[–-]\s*[\d.]+)?\s*s\s*\)/gu];

/** Content words from which a sentence claims something, and is not just talk around claims. */
const leastClaim = 3;

/**
 * How far an answer is borne out: the share of its words that its sources or the question hold, of the sentence where it
 * is least. A model judges meaning; this catches an answer that talks of other things than its sources.
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
