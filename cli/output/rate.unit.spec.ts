import { describe, expect, it } from 'vitest';
import { Rate } from './rate.ts';

function rateOf(...samples: readonly (readonly [amount: number, at: number])[]) {
  const rate = new Rate();
  for (const [amount, at] of samples) rate.take(amount, at);
  return rate.perSecond;
}

describe('a rate', () => {
  it('is not known before a second has passed', () => {
    expect(rateOf([0, 0], [900, 900])).toBeUndefined();
    expect(rateOf([0, 0], [900, 900], [1000, 1000])).toBe(1000);
  });

  it('does not count what was there at first', () => {
    expect(rateOf([5000, 0], [5200, 2000])).toBe(100);
  });

  it('is that of the last half minute', () => {
    expect(rateOf([0, 0], [30_000, 1000], [30_300, 31_000])).toBe(10);
  });

  it('is not known when nothing grows, or less is done than was', () => {
    expect(rateOf([500, 0], [500, 31_000], [500, 62_000])).toBeUndefined();
    expect(rateOf([500, 0], [100, 2000])).toBeUndefined();
  });
});
