import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds between two looks that take long: at the beginning, and at most. */
const pausesMs = { first: 100, longest: 500 };

/**
 * Waits for a condition. A look that takes long, such as a request, is repeated less often the longer the wait is: looks would
 * otherwise take a quarter of the processor's time from the work that they wait for.
 * @param what for the message when it does not come true
 * @param look returns a truthy value once the condition holds; an error counts as "not yet"
 * @param intervalMs between two calls of `look`, at least
 * @returns the value of `look`
 * @throws Error with the last value
 */
export async function eventually<T>(
  what: string,
  look: () => Promise<T | undefined | false | null>,
  timeoutMs = 900_000,
  intervalMs = 50,
): Promise<T> {
  const start = Date.now();
  let last: unknown;
  for (let now = start; now < start + timeoutMs; ) {
    try {
      const seen = await look();
      if (seen) return seen;
      last = seen;
    } catch (error) {
      last = error;
    }
    const looked = Date.now();
    const rare = Math.min(Math.max(pausesMs.first, (looked - start) / 4), pausesMs.longest);
    await sleep(Math.max(intervalMs, Math.min(20 * (looked - now), rare)));
    now = Date.now();
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
