import type { GuardrailChecks } from '../../../models/guardrail.ts';
import { logger } from '../../../runtime/instrumentation.ts';
import type { Material } from '../tools/untrusted-output.ts';
import { citationsOf } from './citations.ts';
import type { TurnLog } from './turn-log.ts';

/** Strands' reason to stop when the guardrail intervened. */
const intervened = 'guardrailIntervened';

/**
 * Holds an answer that cites content against what the model was shown, and withdraws it when that does not bear it out.
 * An answer that cites nothing claims nothing of the content, so there is nothing to hold it against. It has been
 * streamed by then: holding every answer back until it is whole would cost every reader the stream.
 * @param stopReason of the run so far
 * @returns the turn's reason to stop
 */
export async function groundedEnd(
  checks: GuardrailChecks,
  material: Material,
  question: string,
  log: TurnLog,
  stopReason: string,
): Promise<string> {
  if (log.guardrail || citationsOf(log.reply, material.passages).length === 0) return stopReason;
  const sources = material.passages.map(({ text }) => text);
  try {
    const replacement = await checks.ungrounded({ sources, question, answer: log.reply });
    if (!replacement) return stopReason;
    log.withdraw(replacement);
    return intervened;
  } catch (error) {
    // The guardrail has read the answer word by word as it came; only whether it is borne out is not known.
    logger.warn('An answer could not be held against its sources', error as Error);
    return stopReason;
  }
}
