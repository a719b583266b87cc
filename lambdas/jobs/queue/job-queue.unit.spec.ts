import { jobStream, type PublishedEvent } from '@nova/shared/events/index';
import { limits } from '@nova/shared/limits';
import { eventId } from '@nova/shared/tables';
import type { Context } from 'aws-lambda';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { currentState, execute } from '../../commands/execute.ts';
import { cancelJob, completeJob, ended, failJob, job, retryJob } from '../../domain/job.ts';
import type { EventStore } from '../../event-store/store.ts';
import { memoryBudget } from '../../testing/memory-budget.ts';
import { memoryEventStore } from '../../testing/memory-event-store.ts';
import { memoryJobQueue, memoryJobSlots } from '../../testing/memory-job-slots.ts';
import { JobRun, requestNames } from '../job-run.ts';
import { requestJob } from '../request-job.ts';
import type { JobSlots } from './job-slots.ts';
import { slotOf } from './slot.ts';

const tenant = 't';
const metadata = { correlationId: 'c', causationId: 'r', actor: 'key:t' };
const contentId = '019ab000-0000-7000-8000-0000000000c1';
const idOf = (n: number) => `019ab000-0000-7000-8000-${String(n).padStart(12, '0')}`;
const wanted = { contentId, task: { kind: 'transcription' } } as const;
const upTo = (count: number) => Array.from({ length: count }, (_, n) => n);

const isRequest = (event: PublishedEvent): event is PublishedEvent<(typeof requestNames)[number]> =>
  requestNames.some((name) => name === event.type);
const isEnd = ({ type }: { readonly type: string }) =>
  ['JobCompleted', 'JobFailed', 'JobCancelled'].includes(type);

interface Faults {
  /** Called before and after every request to a table. */
  readonly around?: () => Promise<void>;
  /** The number of deliveries of an event. */
  readonly deliveries?: () => number;
  /** How a job's work ends. */
  readonly end?: () => 'done' | 'failed';
}

/** A key's jobs with the bus and the functions that work on them: everything an append leads to happens by itself. */
function prepare(
  bounds = { running: 2, open: 4 },
  { around = async () => {}, deliveries = () => 1, end = () => 'done' }: Faults = {},
) {
  const memory = memoryEventStore();
  const tables = { store: memory, slots: memoryJobSlots() };
  const happening: Promise<void>[] = [];
  const running = new Set<string>();
  const log = { most: 0 };
  const far =
    <A extends unknown[], R>(request: (...args: A) => Promise<R>) =>
    async (...args: A) => {
      await around();
      const answer = await request(...args);
      await around();
      return answer;
    };
  const slots: JobSlots = {
    open: far(tables.slots.open),
    run: far(tables.slots.run),
    wait: far(tables.slots.wait),
    release: far(tables.slots.release),
    withdraw: far(tables.slots.withdraw),
    get: far(tables.slots.get),
  };
  const store: EventStore = {
    ...memory,
    load: far(memory.load),
    loadFromSnapshot: far(memory.loadFromSnapshot),
    async append(stream, version, commit) {
      await around();
      const reached = await memory.append(stream, version, commit);
      const { events } = await memory.load(stream, version);
      for (const event of events) {
        if (event.type === 'JobStarted') running.add(stream.id);
        if (isEnd(event)) running.delete(stream.id);
        publish({ ...event, id: eventId(stream, event.version) });
      }
      log.most = Math.max(log.most, running.size);
      await around();
      return reached;
    },
  };
  const queue = memoryJobQueue(store, bounds, slots);
  const known = new Set<string>();
  const states = () => Promise.all([...known].map((id) => currentState(memory, job, jobStream(tenant, id))));
  const dependencies = {
    store,
    functionName: 'audio-handler',
    queue,
    checkBudget: memoryBudget(memory),
  } as const;
  const work = async (event: Parameters<typeof isRequest>[0], awsRequestId: string) => {
    if (!isRequest(event)) return;
    const invocation = { awsRequestId, getRemainingTimeInMillis: () => 60_000 } as Context;
    using run = new JobRun(dependencies, event, invocation);
    if (!(await run.start())) return;
    await around();
    const outcome = end();
    await run.change((state) =>
      outcome === 'done' ? completeJob(state, run.worker.id) : failJob(state, 'r', true),
    );
  };
  const react = async (event: PublishedEvent, invocation: string) => {
    if (isEnd(event)) await queue.release(tenant, event.stream.id, metadata);
    else await work(event, invocation);
  };
  /** As Lambda does, an invocation that throws is repeated; here until it succeeds. */
  const untilDone = async (event: PublishedEvent, invocation: string): Promise<void> => {
    for (;;) {
      try {
        return await react(event, invocation);
      } catch {}
    }
  };
  const publish = (event: PublishedEvent) => {
    if (!isRequest(event) && !isEnd(event)) return;
    for (const n of upTo(deliveries())) happening.push(untilDone(event, `${event.id}/${n}`));
  };
  return {
    ...{ log, queue, memory, tables, states },
    request(n: number) {
      known.add(idOf(n));
      return queue.admit(tenant, [slotOf(idOf(n), 1)], () =>
        requestJob(store, tenant, wanted, metadata, idOf(n)),
      );
    },
    /** The job that an upload starts: nobody can refuse it. */
    automatic(n: number) {
      known.add(idOf(n));
      return requestJob(store, tenant, wanted, metadata, idOf(n));
    },
    cancel: (n: number) =>
      execute(store, job, jobStream(tenant, idOf(n)), metadata, (state) => cancelJob(state, idOf(n))),
    retry: (n: number) =>
      queue.admit(tenant, [slotOf(idOf(n), 2)], () =>
        execute(store, job, jobStream(tenant, idOf(n)), metadata, (state) => retryJob(state, idOf(n))),
      ),
    async settled() {
      while (happening.length > 0) await Promise.all(happening.splice(0));
    },
    slots: () => tables.slots.get(tenant),
  };
}

describe('the jobs of a key', () => {
  it('never run beyond its bound, and all end, in any order of events, with lost answers and repeated deliveries', async () => {
    const commands = fc.array(
      fc.record({
        kind: fc.constantFrom('request', 'request', 'automatic', 'cancel', 'retry'),
        n: fc.nat({ max: 7 }),
      }),
      { minLength: 3, maxLength: 14 },
    );
    const chances = fc.infiniteStream(fc.nat({ max: 19 }));
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), commands, chances, async (scheduler, chosen, chance) => {
        let faults = 10;
        const around = async () => {
          await scheduler.schedule(Promise.resolve());
          if (chance.next().value !== 0 || faults === 0) return;
          faults -= 1;
          throw new Error('the answer is lost');
        };
        const { log, states, slots, settled, ...commandsOf } = prepare(undefined, {
          around,
          deliveries: () => (chance.next().value % 5 === 0 ? 2 : 1),
          end: () => (chance.next().value % 3 === 0 ? 'failed' : 'done'),
        });
        // A caller whose request fails does not repeat it.
        const callers = chosen.map(({ kind, n }) =>
          (commandsOf[kind](n) as Promise<unknown>).catch(() => undefined),
        );

        await scheduler.waitFor(Promise.all(callers).then(settled));

        expect(log.most).toBeLessThanOrEqual(2);
        const left = (await states()).filter((state) => state.status !== 'none' && !ended(state));
        expect(left).toEqual([]);
        expect([...(await slots()).running]).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });
});

describe('a request', () => {
  it('is refused with the figures while too many jobs have not ended, and accepted once one has', async () => {
    const stuck = prepare({ running: 2, open: 4 }, { deliveries: () => 0 });
    for (const n of upTo(4)) await stuck.request(n);

    await expect(stuck.request(4)).rejects.toMatchObject({
      type: 'too-many-jobs',
      message: expect.stringMatching(
        /^4 jobs of this key have not ended \(0 run, the others wait\), and at most 4 may/,
      ),
      retryAfterSeconds: limits.tooManyJobsSeconds,
    });
    await expect(stuck.queue.refuseWhenFull(tenant)).rejects.toMatchObject({
      type: 'too-many-jobs',
    });
    await stuck.cancel(0);
    await stuck.queue.release(tenant, idOf(0), metadata);

    await expect(stuck.request(4)).resolves.toBe(idOf(4));
    expect((await stuck.memory.load(jobStream(tenant, idOf(4)))).version).toBe(1);
  });

  it('is refused without a look at the jobs when one a moment ago found none that has ended', async () => {
    let loads = 0;
    const { request } = prepare(
      { running: 2, open: 4 },
      {
        deliveries: () => 0,
        around: async () => {
          loads += 1;
        },
      },
    );
    for (const n of upTo(4)) await request(n);
    await expect(request(4)).rejects.toMatchObject({ type: 'too-many-jobs' });
    const before = loads;

    for (const n of upTo(10)) await expect(request(5 + n)).rejects.toMatchObject({ type: 'too-many-jobs' });

    // Each opens no slot: one request to the table, counted before and after.
    expect(loads - before).toBe(10 * 2);
  });

  it('takes the place of a job whose end was never reacted to, and of one that was never recorded', async () => {
    const { request, cancel, queue, slots } = prepare({ running: 2, open: 3 }, { deliveries: () => 0 });
    await request(0);
    await cancel(0);
    await queue.admit(tenant, [slotOf(idOf(9), 1)], async () => {});
    await request(1);

    await request(2);

    expect([...(await slots()).open]).toEqual([slotOf(idOf(1), 1), slotOf(idOf(2), 1)]);
  });

  it('does not count against another key', async () => {
    const { request, queue } = prepare({ running: 1, open: 3 }, { deliveries: () => 0 });
    for (const n of upTo(3)) await request(n);

    await expect(queue.admit('other', [slotOf(idOf(7), 1)], async () => 'done')).resolves.toBe('done');
  });
});

describe('a job that nobody requested', () => {
  it('waits beyond the bound for requests, up to a bound of its own', async () => {
    const { automatic, queue, tables, slots } = prepare({ running: 1, open: 3 }, { deliveries: () => 0 });
    const ids = upTo(limits.openJobsMax).map((n) => slotOf(idOf(n + 100), 1));
    await tables.slots.open(tenant, ids.slice(1), limits.openJobsMax);
    for (const n of [100, 1, 2]) await automatic(n);

    const turns = [
      await queue.start(tenant, slotOf(idOf(100), 1), metadata),
      await queue.start(tenant, slotOf(idOf(1), 1), metadata),
    ];

    expect(turns).toEqual(['running', 'full']);
    expect((await slots()).open.size).toBe(limits.openJobsMax);
  });
});
