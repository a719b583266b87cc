import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { readingBudget } from './reading-budget.ts';

const used = (seconds: number) =>
  vi.spyOn(process, 'cpuUsage').mockReturnValue({ user: seconds * 1e6, system: 0 });

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date', 'performance'] }));
afterEach(() => void vi.useRealTimers());

it('reading ends with a refusal after a time of the processor that grows with the file', () => {
  const [small, large] = [readingBudget(1000), readingBudget(1e9)];
  vi.advanceTimersByTime(31_000);
  using _ = used(31);

  expect(small).toThrow(
    /takes longer to read than the limit of 30 seconds of a processor\. Check that it plays/,
  );
  expect(large).not.toThrow();
});

it('reading ends with the invocation: with a refusal if the file took its share of the processor, else to try again', () => {
  const budget = readingBudget(1000, new Date(Date.now() + 100_000));
  vi.advanceTimersByTime(100_000);

  using some = used(8);
  expect(budget).toThrow(/or 100 seconds in all/);
  some.mockReturnValue({ user: 6e6, system: 0 });
  vi.advanceTimersByTime(1000);
  expect(budget).toThrow(expect.objectContaining({ name: 'TimeoutError' }));
});
