import { DomainError } from '../../../domain/errors.ts';
import type { TurnLog } from './turn-log.ts';

/** Signals from the request that cut a run short. */
export interface RequestSignals {
  /** The client has disconnected. */
  readonly clientLeft: AbortSignal;
  /** The function's time is nearly up. */
  readonly timeUp: AbortSignal;
}

/** All signals that cut a run short. */
export interface RunSignals extends RequestSignals {
  /** A caller has stopped the answer. */
  readonly stopped: AbortSignal;
}

export const anySignal = ({ clientLeft, timeUp, stopped }: RunSignals) =>
  AbortSignal.any([clientLeft, timeUp, stopped]);

/** Notices for runs that ended before the model had given its answer, by Strands' stop reason. */
const unfinishedNotices: Readonly<Record<string, string>> = {
  limitTotalTokens: 'The token budget of the day ended before the answer did.',
  limitOutputTokens: 'The answer grew longer than one answer may be. Ask for a part of it.',
  limitTurns: 'This takes more steps than one answer may have. Ask for a part of it.',
};
const stoppedNotice = 'The answer was stopped before it began.';
const emptyNotice = 'The model ended without an answer. Ask again in other words.';

/**
 * The turn's stop reason: Strands' own, or `timeLimit`. A run that was cut short keeps its text so far; a run that
 * ended without an answer gets a notice of that.
 * @throws DomainError `timeout` when the client disconnected, or the time was up, before any text
 */
export function stopReasonOf(
  stopReason: string,
  log: TurnLog,
  { clientLeft, timeUp, stopped }: RunSignals,
): string {
  const isEmpty = log.reply.trim() === '';
  if (stopReason === 'cancelled') {
    const unwanted = clientLeft.aborted || stopped.aborted;
    if (!isEmpty) return timeUp.aborted && !unwanted ? 'timeLimit' : stopReason;
    if (stopped.aborted) {
      log.addNotice(stoppedNotice);
      return stopReason;
    }
    const detail = clientLeft.aborted
      ? 'The client left before the answer began.'
      : 'No answer began within the time limit; ask for less at once.';
    throw new DomainError('timeout', detail);
  }
  const notice = unfinishedNotices[stopReason] ?? (isEmpty ? emptyNotice : undefined);
  if (notice) log.addNotice(notice);
  return stopReason;
}
