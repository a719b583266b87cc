import { setTimeout as sleep } from 'node:timers/promises';

/** Waits the given number of milliseconds; tests pass one that does not wait. */
export type Wait = (ms: number) => Promise<unknown>;

export interface RetryRules {
  /**
   * Whether to try again after an error.
   * @param tries made so far, from 1
   */
  again(error: unknown, tries: number): boolean;
  /** Milliseconds before the next try. */
  pauseMs(tries: number): number;
  readonly wait?: Wait | undefined;
}

/**
 * Makes an attempt until it succeeds or the rules end it.
 * @throws the error of the last attempt
 */
export async function retry<T>(
  attempt: () => Promise<T>,
  { again, pauseMs, wait = sleep }: RetryRules,
): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      if (!again(error, tries)) throw error;
      await wait(pauseMs(tries));
    }
  }
}

/**
 * A random part of a pause, so that clients that were refused together do not come back together.
 * @param least part of it that is always waited, 0 to 1
 */
export const withJitter = (ms: number, least = 0): number => ms * (least + Math.random() * (1 - least));
