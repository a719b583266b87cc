import type { GuardrailChecks } from '../../../models/guardrail.ts';
import { logger } from '../../../runtime/instrumentation.ts';
import type { UntrustedOutput } from '../tools/untrusted-output.ts';
import { citationsOf } from './citations.ts';
import type { TurnLog } from './turn-log.ts';

/** Strands' stop reason when the guardrail intervened. */
const intervened = 'guardrailIntervened';

/**
 * Checks an answer that cites content against the passages the model was shown, and withdraws it when they do not support
 * it. An answer without citations makes no claim about content, so there is nothing to check. The answer has been streamed
 * by then: to hold every answer back until it is complete would take streaming from every reader.
 * @param stopReason of the run so far
 * @returns the turn's stop reason
 */
export async function checkGrounding(
  guardrail: GuardrailChecks,
  toolOutput: UntrustedOutput,
  question: string,
  log: TurnLog,
  stopReason: string,
): Promise<string> {
  if (log.guardrail || citationsOf(log.reply, toolOutput.passages).length === 0) return stopReason;
  const sources = toolOutput.passages.map(({ text }) => text);
  try {
    const replacement = await guardrail.replaceUngrounded({ sources, question, answer: log.reply });
    if (!replacement) return stopReason;
    log.withdraw(replacement);
    return intervened;
  } catch (error) {
    // The other policies have read the answer as it was streamed; only its grounding is unknown.
    logger.warn('Could not check an answer against its sources', error as Error);
    return stopReason;
  }
}
