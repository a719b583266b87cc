import type { Guardrail } from '@nova/shared/api/chat';
import * as z from 'zod';

/** What stands in memory and on record for words the guardrail refused to read. */
export const blockedMessage = '[Blocked by the guardrail]';

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
  const outputOnly = acted(outputAssessments) && !acted(inputAssessment);
  return { action: 'intervened', source: outputOnly ? 'output' : 'input' };
}

/** Whether any policy in an assessment did something. */
function acted(assessment: unknown): boolean {
  if (typeof assessment !== 'object' || assessment === null) return false;
  return Object.entries(assessment).some(
    ([key, value]) => (key === 'action' && (value === 'BLOCKED' || value === 'ANONYMIZED')) || acted(value),
  );
}
