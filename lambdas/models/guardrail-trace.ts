import type { Guardrail } from '@nova/shared/api/chat';
import * as z from 'zod';

/** One finding of an assessment, without the matched text, which must not be stored or logged. */
const Finding = z.object({ action: z.string(), type: z.string(), name: z.string() }).partial();
type Finding = z.infer<typeof Finding>;

/** Names of findings, by their place in the assessment. Source: Amazon Bedrock API reference, GuardrailAssessment. */
const names: Readonly<Record<string, (finding: Finding) => string>> = {
  'topicPolicy.topics': ({ name }) => `topic:${name}`,
  'contentPolicy.filters': ({ type }) => `content:${type}`,
  'wordPolicy.customWords': () => 'word',
  'wordPolicy.managedWordLists': ({ type }) => `word:${type}`,
  'sensitiveInformationPolicy.piiEntities': ({ type }) => `pii:${type}`,
  'sensitiveInformationPolicy.regexes': ({ name }) => `regex:${name}`,
  'contextualGroundingPolicy.filters': ({ type }) => `grounding:${type}`,
};

/** The filter that found an attempt to instruct the model. */
export const promptAttack = 'content:PROMPT_ATTACK';

/**
 * The policies by which a guardrail intervened, each once.
 * @param assessments Bedrock's assessments: one, a list, or a map by guardrail
 */
export function policiesIn(assessments: unknown): string[] {
  return [...new Set(search(assessments, ''))];
}

/** @param list name of the list that holds the finding; `place` is that name after its policy's */
function search(value: unknown, list: string, place = list): string[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((one) => search(one, list, place));
  const finding = Finding.safeParse(value);
  // A policy that this build does not know is named by its list.
  if (finding.success && acted(finding.data)) return [names[place]?.(finding.data) ?? list];
  return Object.entries(value).flatMap(([member, inner]) => search(inner, member, `${list}.${member}`));
}

const acted = ({ action }: Finding) => action === 'BLOCKED' || action === 'ANONYMIZED';

/** The part of Converse's trace that separates input from output assessments. */
const Trace = z.object({
  guardrail: z.object({ inputAssessment: z.unknown(), outputAssessments: z.unknown() }).partial(),
});

/**
 * The source of the guardrail's intervention, by the trace that came with the answer. If the trace does not say, it is the
 * input, because then the message must not be kept.
 */
export function interventionOf(trace: unknown): Guardrail {
  const parsed = Trace.safeParse(trace);
  const { inputAssessment, outputAssessments } = parsed.success ? parsed.data.guardrail : {};
  const [input, output] = [policiesIn(inputAssessment), policiesIn(outputAssessments)];
  const source = output.length > 0 && input.length === 0 ? 'output' : 'input';
  return { action: 'intervened', source, policies: source === 'output' ? output : input };
}
