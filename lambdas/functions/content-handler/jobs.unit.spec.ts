import { jobStream } from '@nova/shared/events/index';
import type { Context } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { execute } from '../../commands/execute.ts';
import { cancelJob, failJob, job } from '../../domain/job.ts';
import { requestJob } from '../../jobs/request-job.ts';
import { memoryBudget } from '../../testing/memory-budget.ts';
import { memoryEventStore } from '../../testing/memory-event-store.ts';
import { memoryJobQueue, memoryJobSlots } from '../../testing/memory-job-slots.ts';
import { foldedRows } from '../../testing/memory-read-model.ts';
import { jobs } from './jobs.ts';

const [tenant, id] = ['t', '019ab000-0000-7000-8000-000000000001'];
const stream = jobStream(tenant, id);
const metadata = { correlationId: 'c', causationId: 'r', actor: 'key:t' };
const contentId = '019ab000-0000-7000-8000-0000000000c1';

/** A failed job of a key, and the call that retries it. */
async function prepare({ tokensPerDay = 1000 } = {}) {
  const store = memoryEventStore();
  const slots = memoryJobSlots();
  const queue = memoryJobQueue(store, { running: 1, open: 5 }, slots);
  const { retryJob, getJob } = jobs(
    { store, queue, checkBudget: memoryBudget(store, tokensPerDay) },
    foldedRows(store),
  );
  await requestJob(store, tenant, { contentId, task: { kind: 'analysis' } }, metadata, id);
  await execute(store, job, stream, metadata, (state) => failJob(state, 'r', true));
  const request = { tenant, id, metadata } as Parameters<typeof retryJob>[0];
  return {
    slots,
    queue,
    store,
    retry: () => retryJob(request, {} as Context),
    get: () => getJob(request as unknown as Parameters<typeof getJob>[0], {} as Context),
    history: async () => (await store.load(stream)).events.map(({ type }) => type),
  };
}

describe('a retry', () => {
  it('takes a slot of its own, once', async () => {
    const { retry, slots, history } = await prepare();

    expect(await retry()).toMatchObject({ jobId: id, status: 'queued' });
    expect(await retry()).toMatchObject({ jobId: id, status: 'queued' });

    expect([...(await slots.get(tenant)).open]).toEqual([`${id}.2`]);
    expect(await history()).toEqual(['JobRequested', 'JobFailed', 'JobRetried']);
  });

  it('is refused while too many jobs of the key have not ended', async () => {
    const { retry, queue, store, history } = await prepare();
    for (let n = 2; n < 7; n += 1) {
      const other = `${id.slice(0, -1)}${n}`;
      await queue.admit(tenant, [`${other}.1`], () =>
        requestJob(store, tenant, { contentId, task: { kind: 'analysis' } }, metadata, other),
      );
    }

    await expect(retry()).rejects.toMatchObject({ type: 'too-many-jobs' });

    expect(await history()).toEqual(['JobRequested', 'JobFailed']);
  });

  it('is refused when the budget of the day is used up', async () => {
    const { retry, slots, history } = await prepare({ tokensPerDay: 0 });

    await expect(retry()).rejects.toMatchObject({ type: 'budget-exhausted' });

    expect((await slots.get(tenant)).open.size).toBe(0);
    expect(await history()).toEqual(['JobRequested', 'JobFailed']);
  });
});

describe('a look at a job', () => {
  it('that waits lets it run when the end of the job before it was lost', async () => {
    const { retry, get, queue, store, history } = await prepare();
    const before = `${id.slice(0, -1)}2`;
    const wanted = { contentId, task: { kind: 'analysis' } } as const;
    await requestJob(store, tenant, wanted, metadata, before);
    await queue.start(tenant, `${before}.1`, metadata);
    await retry();
    expect(await queue.start(tenant, `${id}.2`, metadata)).toBe('queued');
    await execute(store, job, jobStream(tenant, before), metadata, (state) => cancelJob(state, before));

    expect(await get()).toMatchObject({ status: 'queued' });

    expect(await history()).toEqual(['JobRequested', 'JobFailed', 'JobRetried', 'JobDequeued']);
  });
});
