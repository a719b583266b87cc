import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { concurrently } from './concurrently.ts';

describe('concurrently', () => {
  it('keeps the order of the items and its bound', async () => {
    let running = 0;
    let most = 0;

    const doubled = await concurrently([5, 1, 4, 2, 3], 2, async (turns) => {
      running += 1;
      most = Math.max(most, running);
      for (let turn = 0; turn < turns; turn += 1) await setImmediate();
      running -= 1;
      return turns * 2;
    });

    expect(doubled).toEqual([10, 2, 8, 4, 6]);
    expect(most).toBe(2);
  });

  it('begins nothing more after a failure', async () => {
    const begun: number[] = [];

    const work = concurrently([1, 2, 3, 4, 5, 6], 2, async (item) => {
      begun.push(item);
      await setImmediate();
      throw new Error(`failed at ${item}`);
    });

    await expect(work).rejects.toThrow('failed at 1');
    expect(begun).toEqual([1, 2]);
  });
});
