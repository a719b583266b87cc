import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { WorkContext } from '../../jobs/job-run.ts';
import { memoryBudget } from '../../testing/memory-budget.ts';
import { memoryEventStore } from '../../testing/memory-event-store.ts';
import { type IndexingTask, type Planned, putVectors } from './put-vectors.ts';

const job: WorkContext<IndexingTask> = {
  tenant: 'tenant',
  jobId: '019ab000-0000-7000-8000-000000000002',
  contentId: '019ab000-0000-7000-8000-000000000001',
  tries: 1,
  task: { kind: 'indexing', source: 'document' },
  content: {} as WorkContext['content'],
  metadata: { correlationId: 'c', causationId: 'c', actor: 'test' },
  signal: new AbortController().signal,
  endsAt: new Date(),
  checkBudget: async () => {},
};

/** Puts a vector for each number, two at a time. */
function put(
  numbers: readonly number[],
  embed: (number: number) => Promise<number>,
  { tokensPerDay = 1000, batchSize = 100 } = {},
) {
  const store = memoryEventStore();
  const check = memoryBudget(store, tokensPerDay);
  const stored: { key: string; vector: readonly number[] }[] = [];
  const planned = numbers.map((number): Planned => {
    const { tenant, contentId } = job;
    const metadata = { tenant, contentId, kind: 'document', source: 'document', text: `${number}` } as const;
    return { key: `key-${number}`, metadata, withInput: (use) => use({ text: `${number}` }) };
  });
  const done = putVectors(
    {
      store,
      embedder: {
        embed: async (input) => {
          const number = 'text' in input ? Number(input.text) : Number.NaN;
          return { vector: [await embed(number)], inputTokens: 1, model: 'model' };
        },
      },
      index: {
        put: async (vectors) => void stored.push(...vectors),
        delete: async () => {},
        query: async () => [],
        numbers: async () => [],
        metadata: async () => new Map(),
      },
    },
    { ...job, checkBudget: async () => void (await check(job.tenant)) },
    planned,
    { concurrency: 2, batchSize, reference: 'r', onProgress: async () => {} },
  );
  return { done, stored };
}

describe('putVectors', () => {
  it('keeps the order of the vectors and the limit of concurrent calls', async () => {
    let running = 0;
    let most = 0;

    const { done, stored } = put([5, 1, 4, 2, 3], async (turns) => {
      running += 1;
      most = Math.max(most, running);
      for (let turn = 0; turn < turns; turn += 1) await setImmediate();
      running -= 1;
      return turns * 2;
    });
    await done;

    expect(stored.map(({ key }) => key)).toEqual(['key-5', 'key-1', 'key-4', 'key-2', 'key-3']);
    expect(stored.map(({ vector }) => vector)).toEqual([[10], [2], [8], [4], [6]]);
    expect(most).toBe(2);
  });

  it('keeps the batches before the one at which the budget of the day is used up', async () => {
    const { done, stored } = put([1, 2, 3, 4, 5], async (number) => number, {
      tokensPerDay: 3,
      batchSize: 2,
    });

    await expect(done).rejects.toMatchObject({ type: 'budget-exhausted' });
    expect(stored.map(({ key }) => key)).toEqual(['key-1', 'key-2', 'key-3', 'key-4']);
  });

  it('starts no further call after a failure', async () => {
    const started: number[] = [];

    const { done } = put([1, 2, 3, 4, 5, 6], async (number) => {
      started.push(number);
      await setImmediate();
      throw new Error(`failed at ${number}`);
    });

    await expect(done).rejects.toThrow('failed at 1');
    await setImmediate();
    expect(started).toEqual([1, 2]);
  });
});
