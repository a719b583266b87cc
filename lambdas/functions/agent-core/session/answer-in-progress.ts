import { setTimeout as delay } from 'node:timers/promises';
import type { EventMetadata } from '@nova/shared/events/index';
import { limits } from '@nova/shared/limits';
import type { EventStore } from '../../../event-store/store.ts';
import { logger } from '../../../runtime/instrumentation.ts';
import type { OpenSession } from './open-session.ts';
import { beginSession } from './record-turn.ts';

export interface AnswerInProgress {
  /** The session as it stands on record. */
  readonly session: Promise<OpenSession>;
  /** Aborts when the answer is no longer wanted: it was stopped, or its session was deleted or cannot be recorded. */
  readonly stopped: AbortSignal;
  /** Ends polling. */
  end(): void;
}

const stopEvents: ReadonlySet<string> = new Set(['AnswerStopped', 'SessionDeleted']);

/**
 * Records the session while the first model call runs, then polls its stream for a request to stop the answer: AWS does
 * not notify a streaming function that its client has disconnected.
 * @param onRecorded called once the session is recorded
 */
export function beginAnswer(
  store: EventStore,
  opened: OpenSession,
  metadata: EventMetadata,
  onRecorded: () => void,
  pollMs: number = limits.stopPollMs,
): AnswerInProgress {
  const stopped = new AbortController();
  const ended = new AbortController();
  const session = beginSession(store, opened, metadata).then((begun) => {
    onRecorded();
    return begun;
  });
  session
    .then((begun) => untilStopped(store, begun, pollMs, ended.signal))
    .then((isStopped) => isStopped && stopped.abort())
    // The caller gets the error from `session`.
    .catch(() => stopped.abort());
  return { session, stopped: stopped.signal, end: () => ended.abort() };
}

/** @returns true when the answer was stopped, false when it ended first */
async function untilStopped(
  store: EventStore,
  { stream, version: opened }: OpenSession,
  pollMs: number,
  ended: AbortSignal,
): Promise<boolean> {
  let version = opened;
  while (await waited(pollMs, ended)) {
    try {
      // Usually there is nothing new, which a read of one item shows.
      if ((await store.version(stream)) === version) continue;
      const since = await store.load(stream, version);
      if (since.events.some(({ type }) => stopEvents.has(type))) return true;
      version = since.version;
    } catch (error) {
      logger.warn('Could not check whether the answer was stopped', error as Error);
    }
  }
  return false;
}

/** @returns false when `ended` aborts before the time has passed */
const waited = (ms: number, ended: AbortSignal) => delay(ms, true, { signal: ended }).catch(() => false);
