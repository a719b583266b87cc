import { jobStream } from '@nova/shared/events/index';
import { describe, expect, it } from 'vitest';
import { memoryBudget } from '../testing/memory-budget.ts';
import { memoryEventStore } from '../testing/memory-event-store.ts';
import { memoryJobQueue, memoryJobSlots } from '../testing/memory-job-slots.ts';
import { admitJobs } from './accept-job.ts';
import { slotOf } from './queue/slot.ts';
import { requestJob } from './request-job.ts';

const tenant = 't';
const metadata = { correlationId: 'c', causationId: 'r', actor: 'key:t' };
const [first, second] = ['019ab000-0000-7000-8000-000000000001', '019ab000-0000-7000-8000-000000000002'];
const wanted = {
  contentId: '019ab000-0000-7000-8000-0000000000c1',
  task: { kind: 'indexing', source: 'document' },
} as const;

/** Requests for jobs of a key with a budget. */
function prepare({ tokensPerDay = 1000 } = {}) {
  const store = memoryEventStore();
  const slots = memoryJobSlots();
  const queue = memoryJobQueue(store, { running: 1, open: 5 }, slots);
  const admission = { store, queue, checkBudget: memoryBudget(store, tokensPerDay) };
  const record = (id: string) => requestJob(store, tenant, wanted, metadata, id);
  return {
    record,
    admit: (retried: boolean, ...ids: string[]) =>
      admitJobs(admission, { tenant, retried }, ids, async () => {
        for (const id of ids) await record(id);
      }),
    open: async () => [...(await slots.get(tenant)).open],
    recorded: async (id: string) => (await store.load(jobStream(tenant, id))).version > 0,
  };
}

describe('a request for jobs', () => {
  it('records them in slots of their own', async () => {
    const { admit, open, recorded } = prepare();

    await admit(false, first, second);

    expect(await open()).toEqual([slotOf(first, 1), slotOf(second, 1)]);
    expect([await recorded(first), await recorded(second)]).toEqual([true, true]);
  });

  it('over budget records nothing and takes no slot', async () => {
    const { admit, open, recorded } = prepare({ tokensPerDay: 0 });

    await expect(admit(false, first)).rejects.toMatchObject({ type: 'budget-exhausted' });

    expect(await open()).toEqual([]);
    expect(await recorded(first)).toBe(false);
  });

  it('is not refused for jobs that an earlier attempt recorded', async () => {
    const { admit, record, open } = prepare({ tokensPerDay: 0 });
    await record(first);

    await expect(admit(true, first)).resolves.toBeUndefined();
    await expect(admit(true, first, second)).rejects.toMatchObject({ type: 'budget-exhausted' });

    expect(await open()).toEqual([]);
  });
});
