import { setTimeout as pause } from 'node:timers/promises';
import type { EventMetadata } from '@nova/shared/events/index';
import { limits } from '@nova/shared/limits';
import type { EventStore } from '../../../event-store/store.ts';
import { logger } from '../../../runtime/instrumentation.ts';
import { beginSession, type OpenSession } from './open-session.ts';

/** An answer that is being made. */
export interface Answering {
  /** The session, on record. */
  readonly session: Promise<OpenSession>;
  /** Aborts when the answer is not wanted any more: someone said so, or its session was deleted or cannot be recorded. */
  readonly stopped: AbortSignal;
  /** Stops looking. */
  end(): void;
}

const ends: ReadonlySet<string> = new Set(['AnswerStopped', 'SessionDeleted']);

/**
 * Puts the session on record beside the first model call, which does not wait for it, and looks now and then whether
 * somebody has stopped the answer: AWS does not tell a function that streams that its client has left.
 * @param onBegun called once the session is on record
 */
export function beginAnswer(
  store: EventStore,
  opened: OpenSession,
  metadata: EventMetadata,
  onBegun: () => void,
  lookEveryMs: number = limits.stopLookMs,
): Answering {
  const stopped = new AbortController();
  const over = new AbortController();
  const session = beginSession(store, opened, metadata).then((begun) => {
    onBegun();
    return begun;
  });
  session
    .then((begun) => untilStopped(store, begun, lookEveryMs, over.signal))
    .then((isStopped) => isStopped && stopped.abort())
    // Whoever waits for the session hears why it could not begin.
    .catch(() => stopped.abort());
  return { session, stopped: stopped.signal, end: () => over.abort() };
}

/** @returns whether the answer was stopped; it was not when it is over first */
async function untilStopped(
  store: EventStore,
  { stream, version: opened }: OpenSession,
  everyMs: number,
  over: AbortSignal,
): Promise<boolean> {
  let version = opened;
  while (await passes(everyMs, over)) {
    try {
      // Mostly nothing is new, and to see that takes a read of one item.
      if ((await store.version(stream)) === version) continue;
      const since = await store.load(stream, version);
      if (since.events.some(({ type }) => ends.has(type))) return true;
      version = since.version;
    } catch (error) {
      logger.warn('Whether the answer is to be stopped could not be seen', error as Error);
    }
  }
  return false;
}

/** @returns whether so many milliseconds have passed before it was over */
const passes = (ms: number, over: AbortSignal) => pause(ms, true, { signal: over }).catch(() => false);
