import type { Guardrail } from '@nova/shared/api/chat';
import * as z from 'zod';

/** One finding of an assessment. What matched is left out on purpose: it is what nobody is to read. */
const Finding = z.object({ action: z.string(), type: z.string(), name: z.string() }).partial();
type Finding = z.infer<typeof Finding>;

/** What findings are called, by where they stand. Source: Amazon Bedrock API reference, GuardrailAssessment. */
const names: Readonly<Record<string, (finding: Finding) => string>> = {
  'topicPolicy.topics': ({ name }) => `topic:${name}`,
  'contentPolicy.filters': ({ type }) => `content:${type}`,
  'wordPolicy.customWords': () => 'word',
  'wordPolicy.managedWordLists': ({ type }) => `word:${type}`,
  'sensitiveInformationPolicy.piiEntities': ({ type }) => `pii:${type}`,
  'sensitiveInformationPolicy.regexes': ({ name }) => `regex:${name}`,
  'contextualGroundingPolicy.filters': ({ type }) => `grounding:${type}`,
};

/** A filter that found an attempt to instruct whoever reads the text. */
export const promptAttack = 'content:PROMPT_ATTACK';

/**
 * The policies by which a guardrail did something, each once.
 * @param assessments whatever holds Bedrock's assessments: one, a list, a map by guardrail
 */
export function policiesIn(assessments: unknown): string[] {
  return [...new Set(search(assessments, ''))];
}

/** @param list the name of the list a finding stands in, `place` the same behind its policy's */
function search(value: unknown, list: string, place = list): string[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((one) => search(one, list, place));
  const finding = Finding.safeParse(value);
  // A policy that this build does not know counts by the name of its list.
  if (finding.success && acted(finding.data)) return [names[place]?.(finding.data) ?? list];
  return Object.entries(value).flatMap(([member, inner]) => search(inner, member, `${list}.${member}`));
}

const acted = ({ action }: Finding) => action === 'BLOCKED' || action === 'ANONYMIZED';

/** The part of Converse's trace that says which way the guardrail looked. */
const Trace = z.object({
  guardrail: z.object({ inputAssessment: z.unknown(), outputAssessments: z.unknown() }).partial(),
});

/**
 * What the guardrail intervened in, by the trace that came with the answer; the input, where there is no telling, since
 * that is what must not be kept then.
 */
export function interventionOf(trace: unknown): Guardrail {
  const parsed = Trace.safeParse(trace);
  const { inputAssessment, outputAssessments } = parsed.success ? parsed.data.guardrail : {};
  const [input, output] = [policiesIn(inputAssessment), policiesIn(outputAssessments)];
  const source = output.length > 0 && input.length === 0 ? 'output' : 'input';
  return { action: 'intervened', source, policies: source === 'output' ? output : input };
}
