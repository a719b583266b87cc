import type { StreamId } from '@nova/shared/events/index';
import { limits } from '@nova/shared/limits';
import {
  type Commit,
  ContentionError,
  type EventStore,
  ExpectedVersionConflictError,
} from '../event-store/store.ts';
import { retry, type Wait, withJitter } from '../runtime/retry.ts';

/** Longest pause before an append is tried again, milliseconds; the actual one is random below it. */
const jitterMs = 5;
/** The pauses of a contended append grow to this multiple of the first: a throttled writer must not add load. */
const longestPause = 40;
/** Times an append without an answer is made. The SDK has made each of them several times by itself. */
const unansweredTries = 2;

/**
 * Repeats an append until it succeeds. One of the writers that aim at the same version of a stream always succeeds, so
 * the limit is mainly one of time: the number of attempts depends on the number of other writers.
 * @param attempt gets the conflict of the previous attempt
 * @param wait between attempts
 * @throws ExpectedVersionConflictError after {@link limits.appendPatienceMs}, or {@link limits.appendTries}; any other
 * error of `attempt` without a retry, also a ContentionError, which does not mean that the append has lost
 */
export async function untilAppended<T>(
  attempt: (lost?: ExpectedVersionConflictError) => Promise<T>,
  wait?: Wait,
): Promise<T> {
  const givesUpAt = performance.now() + limits.appendPatienceMs;
  let lost: ExpectedVersionConflictError | undefined;
  return retry(() => attempt(lost), {
    again(error, tries) {
      const over = tries >= limits.appendTries || performance.now() >= givesUpAt;
      if (!(error instanceof ExpectedVersionConflictError) || over) return false;
      lost = error;
      return true;
    },
    pauseMs: () => withJitter(jitterMs),
    wait,
  });
}

/**
 * Appends a commit. When the outcome of an attempt is unknown, it sends the same commit for the same version again,
 * which the store accepts once. The outcome is unknown after a lost response, and after a conflict with a transaction
 * in progress, because the SDK may have lost the response to its previous attempt. A new decision instead would be
 * based on the command's own commit, and append it twice.
 * @throws ExpectedVersionConflictError when another commit is there; ContentionError after {@link
 * limits.appendPatienceMs}
 */
export async function appendSurely(
  store: EventStore,
  stream: StreamId,
  version: number,
  commit: Commit,
  wait?: Wait,
): Promise<number> {
  const givesUpAt = performance.now() + limits.appendPatienceMs;
  let unanswered = 0;
  return retry(() => store.append(stream, version, commit), {
    again(error) {
      const contended = error instanceof ContentionError;
      if (!contended && !isUnanswered(error)) return false;
      if (!contended) unanswered += 1;
      return unanswered < unansweredTries && performance.now() < givesUpAt;
    },
    pauseMs: (tries) => withJitter(jitterMs * Math.min(tries, longestPause)),
    wait,
  });
}

/** Whether the service or the connection to it failed. A request that the service refuses has had no effect. */
function isUnanswered(error: unknown): boolean {
  const { name, code, $fault } = error as { name?: string; code?: string; $fault?: string };
  return $fault === 'server' || name === 'TimeoutError' || unreachable.has(code ?? '');
}

/** Node's error codes of a connection that broke or could not be made. */
const unreachable = new Set(['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ETIMEDOUT']);
