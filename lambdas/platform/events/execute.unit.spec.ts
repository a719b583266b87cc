import type { DomainEvent, StreamId } from '@nova/shared/events/index';
import { limits } from '@nova/shared/limits';
import { streamKey } from '@nova/shared/tables';
import { describe, expect, it, vi } from 'vitest';
import { DomainError } from '../../domain/errors.ts';
import { job, progressJob, startJob } from '../../domain/job.ts';
import { failTurn, type SessionState, session } from '../../domain/session.ts';
import { memoryEventStore } from '../testing/memory-event-store.ts';
import { slowEventStore } from '../testing/slow-event-store.ts';
import { execute, record } from './execute.ts';
import { StreamErasedError } from './sealing.ts';
import { ConcurrencyError, ContentionError, type EventStore } from './store.ts';
import { untilAppended } from './until-appended.ts';

const metadata = { correlationId: 'c', causationId: 'r', actor: 'key:t' };
const usage: StreamId = { tenant: 't', aggregate: 'usage', id: '2026-01-01' };
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

/** A store before which another commit comes, once, at every append. */
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
    async recall(stream, stateVersion) {
      requests.push('recall');
      return store.recall(stream, stateVersion);
    },
    async keep(stream, snapshot) {
      requests.push('keep');
      await store.keep(stream, snapshot);
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

describe('record', () => {
  it('lands 200 writers at once, each exactly once', async () => {
    const store = slowEventStore(memoryEventStore());
    const writers = upTo(200);

    await Promise.all(writers.map((n) => record(store, usage, metadata, [used(n)])));

    const { events } = await store.load(usage);
    const tokens = events.map(({ data }) => (data as DomainEvent<'TokensUsed'>['data']).inputTokens);
    expect(tokens.sort((a, b) => a - b)).toEqual(writers);
  });

  it('goes on behind the commit that came first, however many events that has', async () => {
    const store = overtaken(memoryEventStore(), used(1), used(2), used(3));

    await record(store, usage, metadata, [used(4)]);

    expect(store.requests).toEqual(['version', 'append after 0', 'append after 3']);
    expect((await store.load(usage)).version).toBe(4);
  });
});

it('an append that keeps losing is given up in time', async () => {
  const clock = vi.spyOn(performance, 'now').mockReturnValueOnce(0);
  clock.mockReturnValueOnce(limits.appendPatienceMs - 1).mockReturnValue(limits.appendPatienceMs);
  let tries = 0;

  const appended = untilAppended(async () => {
    tries += 1;
    throw new ConcurrencyError('t#usage#d', 0, 'other', 1);
  });

  await expect(appended).rejects.toBeInstanceOf(ConcurrencyError);
  expect(tries).toBe(2);
  clock.mockRestore();
});

describe('execute', () => {
  const requested = {
    type: 'JobRequested',
    data: {
      contentId: '019c0000-0000-7000-8000-000000000000',
      task: { kind: 'indexing', source: 'document' },
    },
  } as const;

  it('decides 50 writers’ commands, each on what all before it left', async () => {
    const store = slowEventStore(memoryEventStore());
    const worker = { id: 'w', now: new Date(), leaseUntil: new Date(Date.now() + 60_000) };
    await execute(store, job, jobStream, metadata, () => [requested]);
    await execute(store, job, jobStream, metadata, (state) => startJob(state, worker));

    await Promise.all(
      upTo(50).map((n) =>
        execute(store, job, jobStream, metadata, (state) => progressJob(state, 'w', n, 'working')),
      ),
    );

    expect((await store.load(jobStream)).version).toBe(52);
  });

  it('decides again on what came since, without reading the rest again', async () => {
    const memory = memoryEventStore();
    await execute(memory, job, jobStream, metadata, () => [requested]);
    const store = overtaken(memory, { type: 'JobCancelled', data: {} });
    const seen: string[] = [];

    await execute(store, job, jobStream, metadata, (state) => {
      seen.push(state.status);
      return [{ type: 'JobFailed', data: { reason: 'r', retriable: true } }];
    });

    expect(seen).toEqual(['queued', 'cancelled']);
    expect(store.requests).toEqual(['recall', 'append after 1', 'load after 1', 'append after 2']);
  });

  it('does not decide again on its own commit, when its answer was lost and the next try met another write', async () => {
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

  it('decides again, once, when the stream was erased since', async () => {
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

  it('passes a refusal on at once', async () => {
    const store = memoryEventStore();
    const refuse = () => {
      throw new DomainError('conflict', 'no');
    };

    await expect(execute(store, job, jobStream, metadata, refuse)).rejects.toThrow('no');
  });
});
