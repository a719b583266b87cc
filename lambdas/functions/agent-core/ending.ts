import { DomainError } from '../../domain/errors.ts';
import type { TurnLog } from './turn-log.ts';

/** What may cut a run short. */
export interface Cuts {
  /** The client is not there any more. */
  readonly gone: AbortSignal;
  /** The function's time is nearly up. */
  readonly timeUp: AbortSignal;
}

/** Said where the model came to an end without a word of its own. */
const noWords: Readonly<Record<string, string>> = {
  endTurn: 'The model ended without an answer. Ask again in other words.',
  limitTotalTokens: 'The token budget of the day ended before the answer did.',
};
const tooLong = 'This takes more steps than one answer may have. Ask for a part of it.';

/**
 * How a run ended, as the caller is told: Strands' own reason, or `timeLimit`. A run that was cut short keeps what it
 * had said until then; one that ended without words gets a sentence that says so.
 * @throws DomainError `timeout` when a run was cut short before it said anything
 */
export function endOf(stopReason: string, log: TurnLog, { gone, timeUp }: Cuts): string {
  const silent = log.reply.trim() === '';
  if (stopReason === 'cancelled') {
    if (!silent) return timeUp.aborted && !gone.aborted ? 'timeLimit' : stopReason;
    const detail = gone.aborted
      ? 'The client left before the answer began.'
      : 'No answer began within the time there is; ask for less at once.';
    throw new DomainError('timeout', detail);
  }
  if (silent) log.say(noWords[stopReason] ?? tooLong);
  return stopReason;
}
