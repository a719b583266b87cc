import { type DomainEvent, type StreamId, usageStream } from '@nova/shared/events/index';
import { streamKey } from '@nova/shared/tables';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { DomainError } from '../domain/errors.ts';
import { cancelJob, completeJob, failJob, type JobState, job, progressJob, startJob } from '../domain/job.ts';
import { failTurn, type SessionState, session } from '../domain/session.ts';
import { StreamErasedError } from '../event-store/encryption/encryption.ts';
import { ContentionError, type EventStore } from '../event-store/store.ts';
import { memoryEventStore, slowEventStore } from '../testing/memory-event-store.ts';
import { execute, record } from './execute.ts';

const metadata = { correlationId: 'c', causationId: 'r', actor: 'key:t' };
const usage = usageStream('t', '2026-01-01');
const sessionStream: StreamId = { tenant: 't', aggregate: 'session', id: 's' };
const deletion = {
  commitId: 'deletion',
  occurredAt: new Date(),
  metadata,
  events: [{ type: 'SessionDeleted', data: {} }],
} as const;
const jobStream: StreamId = { tenant: 't', aggregate: 'job', id: 'j' };
const used = (inputTokens: number): DomainEvent<'TokensUsed'> => ({
  type: 'TokensUsed',
  data: { source: 'chat', model: 'm', inputTokens, outputTokens: 0, reference: 'r' },
});
const upTo = (count: number) => Array.from({ length: count }, (_, n) => n);

/** A store in which another commit wins every append once. */
function overtaken(store: EventStore, ...events: DomainEvent[]): EventStore & { requests: string[] } {
  const requests: string[] = [];
  let before = 0;
  return {
    requests,
    async load(stream, after) {
      requests.push(`load after ${after}`);
      return store.load(stream, after);
    },
    pages: store.pages,
    async loadFromSnapshot(stream, stateVersion) {
      requests.push('loadFromSnapshot');
      return store.loadFromSnapshot(stream, stateVersion);
    },
    async saveSnapshot(stream, snapshot) {
      requests.push('keep');
      await store.saveSnapshot(stream, snapshot);
    },
    async version(stream) {
      requests.push('version');
      return store.version(stream);
    },
    async append(stream, version, commit) {
      requests.push(`append after ${version}`);
      if (before++ === 0) {
        await store.append(stream, version, { ...commit, commitId: 'other', events });
      }
      return store.append(stream, version, commit);
    },
  };
}

const moment = '2026-01-01T00:00:00.000Z';

/** A store with requests and responses in the order of a scheduler. */
function scheduled(store: EventStore, scheduler: fc.Scheduler): EventStore {
  const through = async <T>(request: () => Promise<T>): Promise<T> => {
    await scheduler.schedule(Promise.resolve());
    const outcome = await request().then(
      (value) => () => value,
      (error: unknown) => () => {
        throw error;
      },
    );
    await scheduler.schedule(Promise.resolve());
    return outcome();
  };
  return {
    ...store,
    load: (stream, after) => through(() => store.load(stream, after)),
    loadFromSnapshot: (stream, stateVersion) => through(() => store.loadFromSnapshot(stream, stateVersion)),
    append: (stream, version, commit) => through(() => store.append(stream, version, commit)),
  };
}

describe('record', () => {
  afterEach(() => void vi.restoreAllMocks());

  it('appends the events of 200 concurrent writers, each exactly once', async () => {
    // Writers give up after a time limit; on a busy machine they would all succeed too, only later.
    vi.spyOn(performance, 'now').mockReturnValue(0);
    const store = slowEventStore(memoryEventStore());
    const writers = upTo(200);

    await Promise.all(writers.map((n) => record(store, usage, metadata, [used(n)])));

    const { events } = await store.load(usage);
    const tokens = events.map(({ data }) => (data as DomainEvent<'TokensUsed'>['data']).inputTokens);
    expect(tokens.sort((a, b) => a - b)).toEqual(writers);
  });

  it('continues after the commit that won, however many events it has', async () => {
    const store = overtaken(memoryEventStore(), used(1), used(2), used(3));

    await record(store, usage, metadata, [used(4)]);

    expect(store.requests).toEqual(['version', 'append after 0', 'append after 3']);
    expect((await store.load(usage)).version).toBe(4);
  });
});

describe('execute', () => {
  const requested = {
    type: 'JobRequested',
    data: {
      contentId: '019c0000-0000-7000-8000-000000000000',
      task: { kind: 'indexing', source: 'document' },
    },
  } as const;

  it('decides each of 50 concurrent commands on the state that all earlier ones left', async () => {
    const store = slowEventStore(memoryEventStore());
    const worker = { id: 'w', now: new Date(), leaseUntil: new Date(Date.now() + 60_000) };
    await execute(store, job, jobStream, metadata, () => [requested]);
    await execute(store, job, jobStream, metadata, (state) => startJob(state, worker));

    await Promise.all(
      upTo(50).map((n) =>
        execute(store, job, jobStream, metadata, (state) => progressJob(state, 'w', 50, `working on ${n}`)),
      ),
    );

    expect((await store.load(jobStream)).version).toBe(52);
  });

  it('decides again on the newer events, without reading the others again', async () => {
    const memory = memoryEventStore();
    await execute(memory, job, jobStream, metadata, () => [requested]);
    const store = overtaken(memory, { type: 'JobCancelled', data: {} });
    const seen: string[] = [];

    await execute(store, job, jobStream, metadata, (state) => {
      seen.push(state.status);
      return [{ type: 'JobFailed', data: { reason: 'r', retriable: true } }];
    });

    expect(seen).toEqual(['queued', 'cancelled']);
    expect(store.requests).toEqual(['loadFromSnapshot', 'append after 1', 'load after 1', 'append after 2']);
  });

  it('does not decide again on its own commit, when its response was lost and the retry met another write', async () => {
    const memory = memoryEventStore();
    await execute(memory, job, jobStream, metadata, () => [requested]);
    let tries = 0;
    const store: EventStore = {
      ...memory,
      async append(stream, version, commit) {
        const after = await memory.append(stream, version, commit);
        if (tries++ === 0) throw new ContentionError(streamKey(stream), version, new Error('under way'));
        return after;
      },
    };

    const { version } = await execute(store, job, jobStream, metadata, () => [
      { type: 'JobFailed', data: { reason: 'r', retriable: true } },
    ]);

    expect(version).toBe(2);
    expect((await memory.load(jobStream)).version).toBe(2);
  });

  it('decides again, once, when the stream was erased meanwhile', async () => {
    const memory = memoryEventStore();
    await execute(memory, session, sessionStream, metadata, (state) => failTurn(state, 'r'));
    const erased = vi.fn(async () => {
      await memory.append(sessionStream, 2, deletion);
      throw new StreamErasedError(streamKey(sessionStream));
    });

    const turn = (state: SessionState) => failTurn(state, 'r');
    const executed = await execute({ ...memory, append: erased }, session, sessionStream, metadata, turn);

    expect(executed).toMatchObject({ state: { status: 'deleted' }, appended: [] });
    expect(erased).toHaveBeenCalledTimes(1);
  });

  it('lets one of two workers complete a job, whatever their clocks and their order', async () => {
    const clock = fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true });
    const lease = fc.integer({ min: 0, max: 1_000_000 });
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), clock, clock, lease, async (scheduler, clockA, clockB, leaseMs) => {
        const memory = memoryEventStore();
        await execute(memory, job, jobStream, metadata, () => [requested]);
        const store = scheduled(memory, scheduler);
        const change = (decide: (state: JobState) => ReturnType<typeof startJob | typeof completeJob>) =>
          execute(store, job, jobStream, metadata, decide);
        const work = async (id: string, now: Date) => {
          const worker = { id, now, leaseUntil: new Date(now.getTime() + leaseMs) };
          await change((state) => startJob(state, worker));
          const done = await change((state) => completeJob(state, id));
          return done.appended.length > 0;
        };

        const completed = await scheduler.waitFor(Promise.all([work('a', clockA), work('b', clockB)]));

        const types = (await memory.load(jobStream)).events.map(({ type }) => type);
        expect(types.filter((type) => type === 'JobCompleted')).toHaveLength(1);
        expect(types.at(-1)).toBe('JobCompleted');
        expect(completed.filter(Boolean)).toHaveLength(1);
      }),
      { numRuns: 100 },
    );
  });

  it('gives any interleaving of commands the result of some sequence of them', async () => {
    const commands = fc.array(fc.constantFrom('cancel', 'fail', 'complete'), { minLength: 2, maxLength: 5 });
    const decisions = {
      cancel: (state: JobState) => (state.status === 'running' ? cancelJob(state, 'j') : []),
      fail: (state: JobState) => failJob(state, 'r', false),
      complete: (state: JobState) => completeJob(state, 'w'),
    } as const;
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), commands, async (scheduler, chosen) => {
        const memory = memoryEventStore();
        const started = {
          type: 'JobStarted',
          data: { attempt: 1, worker: 'w', leaseUntil: moment },
        } as const;
        await execute(memory, job, jobStream, metadata, () => [requested, started]);
        const store = scheduled(memory, scheduler);
        const run = (command: (typeof chosen)[number]) =>
          execute(store, job, jobStream, metadata, decisions[command]);

        await scheduler.waitFor(Promise.all(chosen.map(run)));

        // The first to succeed ends the job; every other one decided on that state and had no event.
        expect((await memory.load(jobStream)).version).toBe(3);
      }),
      { numRuns: 50 },
    );
  });

  it('throws a refusal without a retry', async () => {
    const store = memoryEventStore();
    const refuse = () => {
      throw new DomainError('conflict', 'no');
    };

    await expect(execute(store, job, jobStream, metadata, refuse)).rejects.toThrow('no');
  });
});
