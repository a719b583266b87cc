import type { ContentBlock, GuardrailTraceAssessment, Message } from '@aws-sdk/client-bedrock-runtime';
import { blockTexts } from '../chat/conversation.ts';
import { assess } from '../guardrails/assess.ts';
import { withMetrics } from '../guardrails/guardrails.ts';
import type { GuardrailPolicy } from '../guardrails/policy.ts';

/** The verdict of the guardrail on one direction. */
export interface Guarded<T> {
  readonly blocked: boolean;
  readonly masked: boolean;
  /** The content with masks in it, or the guardrail's message in its place. */
  readonly value: T;
  readonly trace: GuardrailTraceAssessment;
}

/**
 * Assesses the user's words by a guardrail: the blocks marked for it, or all blocks where none is marked.
 * Source: Amazon Bedrock user guide, "Use a guardrail with the Converse API".
 */
export function guardInput(policy: GuardrailPolicy, messages: readonly Message[]): Guarded<Message[]> {
  const marked = messages.some(({ content = [] }) =>
    content.some(({ guardContent }) => guardContent !== undefined),
  );
  const isGuarded = (role: string | undefined, block: ContentBlock) =>
    role === 'user' && (marked ? block.guardContent?.text !== undefined : block.text !== undefined);
  const texts = messages.flatMap(({ role, content = [] }) =>
    content.filter((block) => isGuarded(role, block)).flatMap(blockTexts),
  );
  const verdict = assess(policy, 'INPUT', texts);
  const rest = [...verdict.texts];
  const value = messages.map(({ role, content = [] }) => ({
    role,
    content: content.map(
      (block): ContentBlock => (isGuarded(role, block) ? { text: rest.shift() ?? '' } : block),
    ),
  }));
  const inputAssessment = { [policy.id]: withMetrics(verdict, policy, texts) };
  return {
    blocked: verdict.outcome === 'blocked',
    masked: verdict.outcome === 'masked',
    value,
    trace: { inputAssessment },
  };
}

/** Assesses an answer's words by a guardrail; tool calls are not words. */
export function guardOutput(
  policy: GuardrailPolicy,
  answer: readonly ContentBlock[],
): Guarded<ContentBlock[]> {
  const texts = answer.flatMap(blockTexts);
  const verdict = assess(policy, 'OUTPUT', texts);
  const blocked = verdict.outcome === 'blocked';
  const rest = [...verdict.texts];
  const value = blocked
    ? [{ text: policy.blockedOutput }]
    : answer.map((block): ContentBlock => (block.text === undefined ? block : { text: rest.shift() ?? '' }));
  const outputAssessments = { [policy.id]: [withMetrics(verdict, policy, texts)] };
  return {
    blocked,
    masked: verdict.outcome === 'masked',
    value,
    trace: { outputAssessments, modelOutput: texts },
  };
}
