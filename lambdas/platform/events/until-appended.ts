import { setTimeout as sleep } from 'node:timers/promises';
import type { StreamId } from '@nova/shared/events/index';
import { limits } from '@nova/shared/limits';
import { type Commit, ConcurrencyError, type EventStore } from './store.ts';

/** Longest pause before an append is tried again, milliseconds; the actual one is random below it. */
const jitterMs = 5;
/** Times an append without an answer is made. The SDK has made each of them several times by itself. */
const unansweredTries = 2;

/**
 * Tries to append until it succeeds. Of the writers that aim at one place in a stream one always succeeds, so it is
 * time above all that bounds the tries: how many they are depends on how many others there are.
 * @param attempt is told which commit the try before lost to
 * @throws ConcurrencyError after {@link limits.appendPatienceMs}, or {@link limits.appendTries}; what else `attempt`
 * throws, at once
 */
export async function untilAppended<T>(attempt: (lost?: ConcurrencyError) => Promise<T>): Promise<T> {
  const givesUpAt = performance.now() + limits.appendPatienceMs;
  let lost: ConcurrencyError | undefined;
  for (let tries = 1; ; tries++) {
    try {
      return await attempt(lost);
    } catch (error) {
      const over = tries >= limits.appendTries || performance.now() >= givesUpAt;
      if (!(error instanceof ConcurrencyError) || over) throw error;
      lost = error;
      await pause();
    }
  }
}

/**
 * Appends; and when no answer came, so that nobody knows whether it was done, the same commit at the same place once
 * more: the store takes a commit once.
 */
export async function appendSurely(
  store: EventStore,
  stream: StreamId,
  version: number,
  commit: Commit,
): Promise<number> {
  for (let tries = 1; ; tries++) {
    try {
      return await store.append(stream, version, commit);
    } catch (error) {
      if (tries >= unansweredTries || !isUnanswered(error)) throw error;
      await pause();
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

const pause = () => sleep(Math.random() * jitterMs);
