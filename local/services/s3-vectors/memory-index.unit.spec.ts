import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Metric } from './distance.ts';
import { MemoryIndex } from './memory-index.ts';

const dimension = 5;
/** Exact in 32 bits, so that brute force in 64 bits agrees to the last relevant digits. */
const vectors = fc
  .array(fc.integer({ min: -8, max: 8 }), { minLength: dimension, maxLength: dimension })
  .filter((vector) => vector.some((value) => value !== 0));
const keys = fc.constantFrom(...'abcdefghijklmnop');
const changes = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.record({ key: keys, vector: vectors, group: fc.constantFrom('x', 'y') }) },
    fc.record({ key: keys }),
  ),
  { maxLength: 40 },
);

function bruteForce(metric: Metric, a: readonly number[], b: readonly number[]): number {
  const sum = (of: (x: number, y: number) => number) =>
    a.reduce((total, x, index) => total + of(x, b[index] ?? 0), 0);
  if (metric === 'euclidean') return Math.sqrt(sum((x, y) => (x - y) ** 2));
  const length = (vector: readonly number[]) => Math.hypot(...vector);
  return 1 - sum((x, y) => x * y) / (length(a) * length(b));
}

describe.each(['cosine', 'euclidean'] as const)('search by %s distance', (metric) => {
  it('returns the results of brute force, after any puts and deletes, with any filter', () => {
    fc.assert(
      fc.property(
        changes,
        vectors,
        fc.integer({ min: 1, max: 20 }),
        fc.boolean(),
        (history, query, topK, filtered) => {
          const index = new MemoryIndex(dimension, metric);
          const model = new Map<string, { vector: readonly number[]; group: string }>();
          for (const { key, ...put } of history) {
            if ('vector' in put) {
              index.put(key, Float32Array.from(put.vector), { group: put.group });
              model.set(key, put);
            } else {
              index.delete(key);
              model.delete(key);
            }
          }
          const filter = filtered
            ? (metadata: { readonly group?: unknown }) => metadata.group === 'x'
            : undefined;

          const hits = index.query(Float32Array.from(query), topK, filter);

          const all = [...model].filter(([, { group }]) => !filtered || group === 'x');
          const distances = all
            .map(([, { vector }]) => bruteForce(metric, vector, query))
            .sort((a, b) => a - b);
          expect(hits.length).toBe(Math.min(topK, all.length));
          for (const [place, { key, distance, metadata }] of hits.entries()) {
            const stored = model.get(key);
            expect(distance).toBeCloseTo(distances[place] ?? Number.NaN, 5);
            expect(distance).toBeCloseTo(bruteForce(metric, stored?.vector ?? [], query), 5);
            expect(metadata.group).toBe(stored?.group);
          }
          expect(new Set(hits.map(({ key }) => key)).size).toBe(hits.length);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('orders equally near vectors by their keys', () => {
    const index = new MemoryIndex(2, metric);
    for (const key of ['c', 'a', 'd', 'b']) index.put(key, Float32Array.of(1, 0), {});

    expect(index.query(Float32Array.of(1, 0), 3, undefined).map(({ key }) => key)).toEqual(['a', 'b', 'c']);
  });

  it('grows beyond its initial capacity', () => {
    const index = new MemoryIndex(2, metric);
    for (let n = 0; n < 1000; n++)
      index.put(`k${n}`, Float32Array.of(Math.cos(n / 1000), Math.sin(n / 1000)), {});

    const [nearest] = index.query(Float32Array.of(Math.cos(0.777), Math.sin(0.777)), 1, undefined);

    expect(nearest?.key).toBe('k777');
  });
});
