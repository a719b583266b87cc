import fc from 'fast-check';
import { expect } from 'vitest';

/** Times as much processor time that eight times the input may take. Linear work takes 8 times, quadratic work 64 times. */
const mostGrowth = 20;

/** Milliseconds of the processor below which work is not compared: it is as good as nothing. */
const negligibleMs = 50;

/** Repetitions of a measurement; the least counts, so that garbage collection and compilation do not. */
const repetitions = 3;

/** Work on an input made of a fragment that is repeated up to a size. It may refuse the input. */
export type Work = (input: string) => unknown;

/** Comparisons of which one must succeed: memory that other tests have left behind slows some, and quadratic work fails all. */
const comparisons = 5;

/**
 * Asserts that the work on a repeated fragment grows no faster than the input.
 * @param size characters of the small input; the large one has eight times as many
 */
export async function expectLinear(work: Work, fragment: string, size: number): Promise<void> {
  let large = await measure(work, fragment, size * 8, 1);
  if (large < negligibleMs) return;
  const seen: string[] = [];
  for (let comparison = 0; comparison < comparisons; comparison += 1) {
    const small = await measure(work, fragment, size, repetitions);
    const most = Math.max(negligibleMs, small * mostGrowth);
    if (large < most) return;
    large = await measure(work, fragment, size * 8, repetitions);
    if (large < most) return;
    seen.push(`${small} ms, and eight times of it ${large} ms`);
  }
  expect.fail(`${JSON.stringify(fragment)} takes ${seen.join('; ')}`);
}

/** The same for fragments that fast-check composes of hostile pieces; the same ones in each run. */
export async function expectLinearOf(
  work: Work,
  pieces: readonly string[],
  { size, numRuns }: { readonly size: number; readonly numRuns: number },
): Promise<void> {
  const fragments = fc.array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(fragments, (chosen) => expectLinear(work, chosen.join(''), size)),
    { numRuns, seed: 17, endOnFailure: true },
  );
}

/** Milliseconds of the processor in this thread, so that a busy machine changes nothing. */
async function measure(work: Work, fragment: string, size: number, times: number): Promise<number> {
  const input = fragment.repeat(Math.ceil(size / fragment.length));
  let least = Number.POSITIVE_INFINITY;
  for (let time = 0; time < times; time += 1) {
    const before = process.threadCpuUsage();
    await Promise.resolve(input)
      .then(work)
      .catch(() => {});
    const { user, system } = process.threadCpuUsage(before);
    least = Math.min(least, (user + system) / 1000);
  }
  return least;
}
