import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fillPage, firstId, lastId } from './page.ts';

/** A list of numbers, as DynamoDB reads it: some rows behind an id. */
function reading(numbers: readonly number[]) {
  const ids = numbers.map((number, place) => ({ id: String(place).padStart(5, '0'), row: number }));
  const reads: number[] = [];
  return {
    reads,
    read: async (after: string | undefined, limit: number) => {
      reads.push(limit);
      const behind = ids.filter(({ id }) => after === undefined || id > after);
      return { found: behind.slice(0, limit), more: behind.length > limit };
    },
  };
}

describe('pages of a list', () => {
  it('give each wanted row once, in order, whatever the limit', async () => {
    const numbers = fc.array(fc.nat(9), { maxLength: 3000 });
    await fc.assert(
      fc.asyncProperty(numbers, fc.integer({ min: 1, max: 100 }), fc.nat(9), async (all, limit, wanted) => {
        const where = (number: number) => number <= wanted;
        const { read } = reading(all);
        const found: number[] = [];
        let cursor: string | undefined;
        do {
          const page = await fillPage({ limit, cursor, order: 'ascending', where }, read);
          expect(page.rows.length).toBeLessThanOrEqual(limit);
          found.push(...page.rows);
          cursor = page.nextCursor;
        } while (cursor !== undefined);

        expect(found).toEqual(all.filter(where));
      }),
      { numRuns: 50 },
    );
  });

  it('take one read without a condition, and a bounded number with one that nothing meets', async () => {
    const all = Array.from({ length: 5000 }, () => 1);
    const plain = reading(all);
    expect((await fillPage({ limit: 50, order: 'ascending' }, plain.read)).rows).toHaveLength(50);
    expect(plain.reads).toEqual([50]);

    const none = reading(all);
    const page = await fillPage({ limit: 50, order: 'ascending', where: () => false }, none.read);
    expect(none.reads).toEqual([50, 250, 250, 250, 250]);
    expect(page).toEqual({ rows: [], nextCursor: expect.any(String) });
  });

  it('refuse a cursor that is outside the range of the list', async () => {
    const { read } = reading([1, 2, 3]);
    const { nextCursor: cursor } = await fillPage({ limit: 1, order: 'ascending' }, read);

    await expect(fillPage({ limit: 1, order: 'ascending', cursor, from: '00001' }, read)).rejects.toThrow(
      'cursor: is not one that this list gave',
    );
    await expect(fillPage({ limit: 1, order: 'ascending', cursor: 'x' }, read)).rejects.toThrow('cursor');
    expect(firstId < '0' && lastId > 'z').toBe(true);
  });
});
