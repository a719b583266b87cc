import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batches } from './batches.ts';

describe('batches', () => {
  it('keeps every item in order, within both limits', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat({ max: 20 })),
        fc.integer({ min: 1, max: 7 }),
        fc.integer({ min: 20, max: 50 }),
        (sizes, most, mostBytes) => {
          const cut = [...batches(sizes, most, mostBytes, (size) => size)];

          expect(cut.flat()).toEqual(sizes);
          for (const batch of cut) {
            expect(batch.length).toBeGreaterThan(0);
            expect(batch.length).toBeLessThanOrEqual(most);
            expect(batch.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(mostBytes);
          }
        },
      ),
    );
  });

  it('puts an item over the size into a separate batch', () => {
    const cut = [...batches([1, 99, 1], 10, 10, (size) => size)];

    expect(cut).toEqual([[1], [99], [1]]);
  });
});
