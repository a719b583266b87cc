import { describe, expect, it, vi } from 'vitest';
import { retry, withJitter } from './retry.ts';

describe('retry', () => {
  const failing = (times: number) => {
    let tries = 0;
    return async () => {
      tries += 1;
      if (tries <= times) throw new Error(`try ${tries}`);
      return tries;
    };
  };

  it('waits according to the rules, and returns the result of the attempt', async () => {
    const waits: number[] = [];
    const wait = async (ms: number) => void waits.push(ms);

    const result = await retry(failing(3), { again: () => true, pauseMs: (tries) => tries * 10, wait });

    expect(result).toBe(4);
    expect(waits).toEqual([10, 20, 30]);
  });

  it('throws the last error, without a further wait, at the limit of the rules', async () => {
    const wait = vi.fn(async () => {});

    const outcome = retry(failing(9), { again: (_, tries) => tries < 3, pauseMs: () => 1, wait });

    await expect(outcome).rejects.toThrow('try 3');
    expect(wait).toHaveBeenCalledTimes(2);
  });
});

describe('jitter', () => {
  it('is between the minimum part of the pause and the pause', () => {
    for (let n = 0; n < 100; n++) {
      expect(withJitter(10)).toBeLessThan(10);
      expect(withJitter(10, 0.5)).toBeGreaterThanOrEqual(5);
    }
  });
});
