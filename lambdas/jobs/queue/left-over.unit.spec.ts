import { jobStream } from '@nova/shared/events/index';
import { limits } from '@nova/shared/limits';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { currentState, execute } from '../../commands/execute.ts';
import { cancelJob, job, startJob } from '../../domain/job.ts';
import { memoryEventStore } from '../../testing/memory-event-store.ts';
import { memoryJobQueue, memoryJobSlots } from '../../testing/memory-job-slots.ts';
import { requestJob } from '../request-job.ts';
import { slotOf } from './slot.ts';

const tenant = 't';
const metadata = { correlationId: 'c', causationId: 'r', actor: 'key:t' };
const idOf = (n: number) => `019ab000-0000-7000-8000-${String(n).padStart(12, '0')}`;
const contentId = '019ab000-0000-7000-8000-0000000000c1';

beforeEach(() => void vi.useFakeTimers({ now: 1.7e12 }));
afterEach(() => void vi.useRealTimers());

/** A queue with room for one running job, whose events reach nobody. */
function prepare(running = 1) {
  const store = memoryEventStore();
  const slots = memoryJobSlots();
  const queue = memoryJobQueue(store, { running, open: 10 }, slots);
  const stream = (n: number) => jobStream(tenant, idOf(n));
  return {
    ...{ queue, slots },
    /** Requests a job, and lets it run if it may. */
    async begin(n: number, item = contentId) {
      await requestJob(
        store,
        tenant,
        { contentId: item, task: { kind: 'transcription' } },
        metadata,
        idOf(n),
      );
      const turn = await queue.start(tenant, slotOf(idOf(n), 1), metadata);
      if (turn !== 'running') return turn;
      const now = new Date();
      const worker = { id: 'w', now, leaseUntil: new Date(now.getTime() + 300_000) };
      await execute(store, job, stream(n), metadata, (state) => startJob(state, worker));
      return turn;
    },
    cancel: (n: number) => execute(store, job, stream(n), metadata, (state) => cancelJob(state, idOf(n))),
    async state(n: number) {
      const state = await currentState(store, job, stream(n));
      return state.status;
    },
    async dequeued(n: number) {
      const { events } = await store.load(stream(n));
      return events.filter(({ type }) => type === 'JobDequeued').length;
    },
  };
}

describe('a job that waits', () => {
  it('is requested again when the ends of all jobs before it were lost, once a minute', async () => {
    const { queue, slots, begin, cancel, dequeued } = prepare();
    expect([await begin(0), await begin(1)]).toEqual(['running', 'queued']);
    await cancel(0);

    await queue.revive(tenant, metadata);
    await queue.revive(tenant, metadata);

    expect(await dequeued(1)).toBe(1);
    expect((await slots.get(tenant)).running.size).toBe(0);
    vi.advanceTimersByTime(limits.queueLookMs + 1);
    await queue.revive(tenant, metadata);
    expect(await dequeued(1)).toBe(2);
  });

  it('stays while the one before it runs', async () => {
    const { queue, begin, dequeued } = prepare();
    await begin(0);
    await begin(1);

    await queue.revive(tenant, metadata);

    expect(await dequeued(1)).toBe(0);
  });

  it('runs a day after the function of the one before it was lost, which then fails', async () => {
    const { queue, begin, state, dequeued } = prepare();
    await begin(0);
    await begin(1);
    vi.advanceTimersByTime(limits.lostJobMs + 300_000);

    await queue.revive(tenant, metadata);

    expect(await state(0)).toBe('failed');
    expect(await dequeued(1)).toBe(1);
  });

  it('is found by the start of another job too', async () => {
    const { begin, state } = prepare();
    await begin(0);
    vi.advanceTimersByTime(limits.lostJobMs + 300_000);

    expect(await begin(1)).toBe('running');
    expect(await state(0)).toBe('failed');
  });
});

describe('the deletion of an item', () => {
  it('ends its jobs that run, and those of no other item', async () => {
    const other = '019ab000-0000-7000-8000-0000000000c2';
    const { queue, begin, state } = prepare(2);
    await begin(0);
    await begin(1, other);
    await begin(2);

    await queue.endJobsOn(tenant, contentId, metadata);

    expect(await Promise.all([0, 1, 2].map(state))).toEqual(['failed', 'running', 'queued']);
  });
});
