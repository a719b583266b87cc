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
/** The pauses of a contended append grow to so many times the first: a throttled writer must not add load. */
const longestPause = 40;
/** Times an append without an answer is made. The SDK has made each of them several times by itself. */
const unansweredTries = 2;

/**
 * Tries to append until it succeeds. Of the writers that aim at one version of a stream one always succeeds, so time
 * above all bounds the tries: their number depends on how many other writers there are.
 * @param attempt gets the conflict of the try before
 * @param wait between tries
 * @throws ExpectedVersionConflictError after {@link limits.appendPatienceMs}, or {@link limits.appendTries}; any other
 * error of `attempt` at once, also a ContentionError, which does not say that the append has lost
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
 * Appends a commit. When it is unknown whether the append succeeded, it sends the same commit for the same version
 * again, which the store takes once. This is so when no answer came, and when another write was under way, since the SDK
 * may have lost the answer to a try before. A new decision instead would be based on the command's own commit, and
 * append it twice.
 * @throws ExpectedVersionConflictError when another commit is there; ContentionError after
 * {@link limits.appendPatienceMs}
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
