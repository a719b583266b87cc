import { setTimeout as sleep } from 'node:timers/promises';

const dayMs = 24 * 3_600_000;

/**
 * Waits until midnight UTC has passed, where it is near: budgets start again then, in the middle of a test.
 * @param testMs milliseconds that the tests may take on a busy machine
 */
export async function pastMidnight(testMs = 120_000): Promise<void> {
  const left = dayMs - (Date.now() % dayMs);
  if (left < testMs) await sleep(left);
}
