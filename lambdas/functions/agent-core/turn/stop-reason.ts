import { DomainError } from '../../../domain/errors.ts';
import type { TurnLog } from './turn-log.ts';

/** What may cut a run short from outside. */
export interface Cuts {
  /** The client is not there any more. */
  readonly gone: AbortSignal;
  /** The function's time is nearly up. */
  readonly timeUp: AbortSignal;
}

/** All that may cut a run short. */
export interface RunCuts extends Cuts {
  /** Someone said that the answer is not wanted any more. */
  readonly stopped: AbortSignal;
}

export const anyOf = ({ gone, timeUp, stopped }: RunCuts) => AbortSignal.any([gone, timeUp, stopped]);

/** Said where the run ended before the model had given its answer. */
const unfinished: Readonly<Record<string, string>> = {
  limitTotalTokens: 'The token budget of the day ended before the answer did.',
  limitOutputTokens: 'The answer grew longer than one answer may be. Ask for a part of it.',
  limitTurns: 'This takes more steps than one answer may have. Ask for a part of it.',
};
const stoppedAtOnce = 'The answer was stopped before it began.';
const noWords = 'The model ended without an answer. Ask again in other words.';

/**
 * How a run ended, as the caller is told: Strands' own reason, or `timeLimit`. A run that was cut short keeps what it
 * had said until then; one that ended without an answer gets a sentence that says so.
 * @throws DomainError `timeout` when a client left, or time was up, before it said anything
 */
export function endOf(stopReason: string, log: TurnLog, { gone, timeUp, stopped }: RunCuts): string {
  const silent = log.reply.trim() === '';
  if (stopReason === 'cancelled') {
    const unwanted = gone.aborted || stopped.aborted;
    if (!silent) return timeUp.aborted && !unwanted ? 'timeLimit' : stopReason;
    if (stopped.aborted) {
      log.say(stoppedAtOnce);
      return stopReason;
    }
    const detail = gone.aborted
      ? 'The client left before the answer began.'
      : 'No answer began within the time there is; ask for less at once.';
    throw new DomainError('timeout', detail);
  }
  const sentence = unfinished[stopReason] ?? (silent ? noWords : undefined);
  if (sentence) log.say(sentence);
  return stopReason;
}
