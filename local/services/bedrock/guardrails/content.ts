import type { ApplyGuardrailRequest } from '@aws-sdk/client-bedrock-runtime';
import { limits } from '@nova/shared/limits';
import { invalid } from '../errors.ts';
import type { Grounds } from './assess.ts';

/** Characters a grounding check takes. Source: Amazon Bedrock user guide, "Contextual grounding check". */
const mostChars = {
  grounding_source: limits.groundingSourceChars,
  query: limits.groundingQueryChars,
  guard_content: limits.groundingAnswerChars,
} as const;

export interface GuardedContent {
  /** The texts that the guardrail assesses. */
  readonly guarded: readonly string[];
  /** Their grounds, where the request names them. */
  readonly grounds: Grounds | undefined;
}

/**
 * The texts of an ApplyGuardrail request by what they are for. A block without a qualifier is guarded.
 * @throws AwsError `ValidationException`
 */
export function readContent({ content = [] }: ApplyGuardrailRequest): GuardedContent {
  const blocks = content.flatMap(({ text }) =>
    text?.text === undefined ? [] : [{ text: text.text, qualifiers: text.qualifiers ?? [] }],
  );
  const textsOf = (qualifier: keyof typeof mostChars) =>
    blocks
      .filter(({ qualifiers }) =>
        qualifiers.length === 0 ? qualifier === 'guard_content' : qualifiers.includes(qualifier),
      )
      .map(({ text }) => text);
  const [sources, questions, guarded] = [
    textsOf('grounding_source'),
    textsOf('query'),
    textsOf('guard_content'),
  ];
  if (guarded.length === 0) {
    throw invalid('content: give at least one text block to guard; the stand-in assesses no images');
  }
  if (sources.length === 0) return { guarded, grounds: undefined };
  bound('grounding_source', sources);
  bound('query', questions);
  bound('guard_content', guarded);
  return { guarded, grounds: { sources, question: questions.join('\n') } };
}

function bound(qualifier: keyof typeof mostChars, texts: readonly string[]): void {
  const characters = texts.reduce((sum, text) => sum + text.length, 0);
  const most = mostChars[qualifier];
  if (characters > most)
    throw invalid(`content: ${qualifier} has ${characters} characters; at most ${most} are checked`);
}
