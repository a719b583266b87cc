import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { oncePerStream } from './batch.ts';

interface Record {
  readonly stream: string;
  readonly version: number;
}

const batches = fc
  .array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 100 })
  .map((streams) => streams.map((stream, version): Record => ({ stream, version })));

describe('a batch', () => {
  it('is worked on once a stream, each with all its records in order', async () => {
    await fc.assert(
      fc.asyncProperty(batches, async (records) => {
        const seen: Record[][] = [];
        const outcomes = oncePerStream(
          records,
          ({ stream }) => stream,
          async (group) => {
            seen.push([...group]);
          },
        );
        await Promise.all(outcomes.values());
        expect(seen.flat().sort((a, b) => a.version - b.version)).toEqual(records);
        expect(new Set(seen.map(([first]) => first?.stream)).size).toBe(seen.length);
        for (const group of seen) {
          expect(group).toEqual(records.filter(({ stream }) => stream === group[0]?.stream));
        }
      }),
    );
  });

  it('fails the records of the stream that failed, and no others', async () => {
    await fc.assert(
      fc.asyncProperty(batches, async (records) => {
        const outcomes = oncePerStream(
          records,
          ({ stream }) => stream,
          async ([first]) => {
            if (first?.stream === 'b') throw new Error('poison');
          },
        );
        const settled = await Promise.allSettled(records.map((record) => outcomes.get(record)));
        expect(settled.map(({ status }) => status === 'rejected')).toEqual(
          records.map(({ stream }) => stream === 'b'),
        );
      }),
    );
  });
});
