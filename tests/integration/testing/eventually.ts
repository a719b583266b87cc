import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Waits for a condition.
 * @param what for the message when it does not come true
 * @param look returns a truthy value once the condition holds; an error counts as "not yet"
 * @param intervalMs between two calls of `look`
 * @returns the value of `look`
 * @throws Error with the last value
 */
export async function eventually<T>(
  what: string,
  look: () => Promise<T | undefined | false | null>,
  timeoutMs = 900_000,
  intervalMs = 50,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  let last: unknown;
  while (Date.now() < deadline) {
    try {
      const seen = await look();
      if (seen) return seen;
      last = seen;
    } catch (error) {
      last = error;
    }
    await sleep(intervalMs);
  }
  throw new Error(`Did not come true in ${timeoutMs} ms: ${what}. Last: ${String(last)}`);
}

const dayMs = 24 * 3_600_000;

/**
 * Waits until midnight UTC has passed when it is near, because budgets reset then, in the middle of a test.
 * @param testMs milliseconds that the tests may take on a busy machine
 */
export async function pastMidnight(testMs = 120_000): Promise<void> {
  const left = dayMs - (Date.now() % dayMs);
  if (left < testMs) await sleep(left);
}
