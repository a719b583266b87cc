import { setTimeout as sleep } from 'node:timers/promises';
import type { StreamId } from '@nova/shared/events/index';
import { limits } from '@nova/shared/limits';
import {
  type Commit,
  ContentionError,
  type EventStore,
  ExpectedVersionConflictError,
} from '../event-store/store.ts';

/** Longest pause before an append is tried again, milliseconds; the actual one is random below it. */
const jitterMs = 5;
/** Pauses grow to so many times the first: whoever is throttled should not make it worse. */
const longestPause = 40;
/** Times an append without an answer is made. The SDK has made each of them several times by itself. */
const unansweredTries = 2;

/**
 * Tries to append until it succeeds. Of the writers that aim at one place in a stream one always succeeds, so it is
 * time above all that bounds the tries: how many they are depends on how many others there are.
 * @param attempt is told which commit the try before lost to
 * @throws ExpectedVersionConflictError after {@link limits.appendPatienceMs}, or {@link limits.appendTries}; what else `attempt`
 * throws, at once: also a ContentionError, which does not say that the append lost
 */
export async function untilAppended<T>(
  attempt: (lost?: ExpectedVersionConflictError) => Promise<T>,
): Promise<T> {
  const givesUpAt = performance.now() + limits.appendPatienceMs;
  let lost: ExpectedVersionConflictError | undefined;
  for (let tries = 1; ; tries++) {
    try {
      return await attempt(lost);
    } catch (error) {
      const over = tries >= limits.appendTries || performance.now() >= givesUpAt;
      if (!(error instanceof ExpectedVersionConflictError) || over) throw error;
      lost = error;
      await pause();
    }
  }
}

/**
 * Appends; and when nobody knows whether that was done, the same commit at the same place again: the store takes a commit
 * once. So it is when no answer came, and when another write was under way, since the SDK had perhaps lost the answer
 * to a try before. To decide anew would be to decide on one's own commit, and to append it twice.
 * @throws ExpectedVersionConflictError when another commit is there; ContentionError after {@link limits.appendPatienceMs}
 */
export async function appendSurely(
  store: EventStore,
  stream: StreamId,
  version: number,
  commit: Commit,
): Promise<number> {
  const givesUpAt = performance.now() + limits.appendPatienceMs;
  let unanswered = 0;
  for (let tries = 1; ; tries++) {
    try {
      return await store.append(stream, version, commit);
    } catch (error) {
      const contended = error instanceof ContentionError;
      if (!contended && !isUnanswered(error)) throw error;
      if (!contended) unanswered += 1;
      if (unanswered >= unansweredTries || performance.now() >= givesUpAt) throw error;
      await pause(tries);
    }
  }
}

/** Whether the service failed, or the way to it. What it refuses it has not done. */
function isUnanswered(error: unknown): boolean {
  const { name, code, $fault } = error as { name?: string; code?: string; $fault?: string };
  return $fault === 'server' || name === 'TimeoutError' || unreachable.has(code ?? '');
}

/** How Node names a connection that broke or could not be made. */
const unreachable = new Set(['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ETIMEDOUT']);

const pause = (times = 1) => sleep(Math.random() * jitterMs * Math.min(times, longestPause));
