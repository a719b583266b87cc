import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BatchOutcome, type Delivery, deliverBatch } from './deliver.ts';

/** The outcomes of records 0, 1, 2 … with a function that accepts all but the poisonous ones. */
function function_(poison: ReadonlySet<number>, options: Partial<Delivery<number>> & { reports: boolean }) {
  const invocations: number[][] = [];
  const succeeded: number[] = [];
  const givenUp: number[] = [];
  const checkpoints: number[] = [];
  const delivery: Delivery<number> = {
    bisect: true,
    maximumRetries: 2,
    expired: () => false,
    invoke: async (records): Promise<BatchOutcome> => {
      invocations.push([...records]);
      const from = records.findIndex((record) => poison.has(record));
      if (from < 0) {
        succeeded.push(...records);
        return { kind: 'success' };
      }
      if (options.reports) succeeded.push(...records.slice(0, from));
      return { kind: 'failure', from: options.reports ? from : 0, error: new Error('poison') };
    },
    giveUp: async ({ records }) => void givenUp.push(...records),
    checkpoint: (record) => void checkpoints.push(record),
    pause: async () => true,
    ...options,
  };
  return { delivery, invocations, succeeded, givenUp, checkpoints };
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);

describe('the delivery of a batch', () => {
  it('finishes every record, in order, whatever fails, in a bounded number of invocations', async () => {
    const runs = fc.record({
      count: fc.integer({ min: 0, max: 60 }),
      poison: fc.uniqueArray(fc.integer({ min: 0, max: 59 }), { maxLength: 6 }),
      reports: fc.boolean(),
      maximumRetries: fc.integer({ min: 0, max: 4 }),
    });
    await fc.assert(
      fc.asyncProperty(runs, async ({ count, poison, reports, maximumRetries }) => {
        const records = upTo(count);
        const bad = records.filter((record) => poison.includes(record));
        const run = function_(new Set(bad), { reports, maximumRetries });

        await deliverBatch(records, run.delivery);

        expect(run.succeeded).toEqual(records.filter((record) => !bad.includes(record)));
        expect(run.givenUp).toEqual(bad);
        expect(run.checkpoints).toEqual(run.checkpoints.toSorted((a, b) => a - b));
        expect(run.checkpoints.at(-1)).toBe(records.at(-1));
        const halvings = Math.ceil(Math.log2(Math.max(count, 2))) + 1;
        expect(run.invocations.length).toBeLessThanOrEqual(
          1 + bad.length * (2 * halvings + maximumRetries + 1),
        );
      }),
    );
  });

  it('without bisecting, discards the whole rest of a failed batch', async () => {
    const run = function_(new Set([2]), { reports: true, bisect: false, maximumRetries: 2 });

    await deliverBatch(upTo(5), run.delivery);

    expect(run.invocations).toEqual([upTo(5), [2, 3, 4], [2, 3, 4]]);
    expect(run.givenUp).toEqual([2, 3, 4]);
  });

  it('skips records that are too old, with their own reason', async () => {
    const conditions: string[] = [];
    const run = function_(new Set(), {
      reports: true,
      expired: (record) => record < 2,
      giveUp: async ({ condition, records }) => void conditions.push(`${condition} ${records}`),
    });

    await deliverBatch(upTo(4), run.delivery);

    expect(conditions).toEqual(['RecordAgeExceeded 0,1']);
    expect(run.succeeded).toEqual([2, 3]);
  });

  it('does not count invocations that did not run, and keeps all records when the platform stops', async () => {
    let calls = 0;
    const run = function_(new Set(), {
      reports: true,
      maximumRetries: 0,
      invoke: async () => (++calls < 4 ? { kind: 'not-run' } : { kind: 'success' }),
    });
    const stopping = function_(new Set([0]), { reports: true, pause: async () => false });

    await deliverBatch([0], run.delivery);
    await deliverBatch([0, 1], stopping.delivery);

    expect([calls, run.givenUp, run.checkpoints]).toEqual([4, [], [0]]);
    expect([stopping.givenUp, stopping.checkpoints]).toEqual([[], []]);
  });
});
