import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import {
  contentStream,
  type SessionEvent,
  type StreamEvent,
  type StreamId,
  sessionStream,
} from '@nova/shared/events/index';
import { snapshotKey, streamKey } from '@nova/shared/tables';
import { v7 as uuid } from 'uuid';
import { describe, expect, it, vi } from 'vitest';
import { currentState, execute } from '../../../lambdas/commands/execute.ts';
import { fold } from '../../../lambdas/domain/aggregate.ts';
import { job } from '../../../lambdas/domain/job.ts';
import { completeTurn, failTurn, type SessionState, session } from '../../../lambdas/domain/session.ts';
import { dynamodbStreamKeys } from '../../../lambdas/event-store/encryption/stream-keys.ts';
import type { EventStore } from '../../../lambdas/event-store/store.ts';
import { openSession } from '../../../lambdas/functions/agent-core/session/open-session.ts';
import { type CompletedTurn, recordTurn } from '../../../lambdas/functions/agent-core/session/record-turn.ts';
import { logger } from '../../../lambdas/runtime/instrumentation.ts';
import type { SessionMemory } from '../../../lambdas/session-memory/session-memory.ts';
import {
  commitOf,
  eventStoreFixture,
  metadata,
  newStream,
  putCommits,
  turnFailed,
  upTo,
  versionsOf,
} from './testing/fixture.ts';

const fixture = eventStoreFixture();

/** The requests of some work, and its result. */
async function counted<T>(work: () => Promise<T>): Promise<{ result: T; requests: string[] }> {
  fixture.engine.requests();
  const result = await work();
  return { result, requests: fixture.engine.requests() };
}

/** Commits of the given number of events each, up to a version. @param text of each event */
async function fill(stream: StreamId, from: number, to: number, perCommit: number, text = ''): Promise<void> {
  const commits = upTo((to - from + 1) / perCommit).map((n) => {
    const version = from + n * perCommit;
    return { version, events: upTo(perCommit).map(() => turnFailed(`turn ${version} ${text}`)) };
  });
  await putCommits(fixture, stream, commits);
}

const turn: CompletedTurn = {
  message: 'hi',
  reply: 'hello',
  toolCalls: [],
  citations: [],
  usage: { inputTokens: 1, outputTokens: 1 },
  model: 'm',
  stopReason: 'endTurn',
};

describe('a long stream', () => {
  it('of 10,000 events is loaded with two requests once a snapshot is saved', async () => {
    const stream = newStream('session');
    await fixture
      .store()
      .append(stream, 0, commitOf('c1', { type: 'SessionStarted', data: {} }, turnFailed('')));
    await fill(stream, 3, 9_992, 10);
    await fill(stream, 9_993, 9_999, 1);
    const command = (store: EventStore) =>
      execute(store, session, stream, metadata, (state) => failTurn(state, 'again'));

    // There is no snapshot yet: the whole stream is read, in pages of a megabyte.
    const first = await counted(() => command(fixture.store()));
    const wholeReads = first.requests.filter((request) => request === 'Query').length;
    expect(first.result.version).toBe(10_000);
    expect(wholeReads).toBeLessThanOrEqual(8);

    const second = await counted(() => currentState(fixture.store(), session, stream));
    expect(second.requests).toEqual(['Query', 'BatchGetItem']);
    expect(second.result).toEqual(first.result.state);
    expect(await fixture.store().version(stream)).toBe(10_000);
  });

  it('has a snapshot at every 100th event, saved with one put, whatever the size of the commits', async () => {
    const stream = newStream('session');
    const store = fixture.store();
    const turns = (count: number) => (state: SessionState) =>
      upTo(count).flatMap(() => failTurn({ ...state, status: 'open' }, 'r'));
    const sent = await counted(async () => {
      for (const count of [1, 98, 1, 1, 99, 30, 71]) {
        await execute(store, session, stream, metadata, turns(count));
      }
    });

    const kept = upTo(302).filter((version) => [100, 200, 301].includes(version));
    expect(sent.requests.filter((request) => /Put|Transact/.test(request))).toHaveLength(7 + kept.length);
    for (const version of kept) {
      const Key = { pk: streamKey(stream), sk: snapshotKey(version) };
      const { Attributes } = await fixture.engine.client.send(
        new DeleteCommand({ TableName: 'event-store', Key, ReturnValues: 'ALL_OLD' }),
      );
      expect(Attributes).toMatchObject({ version, stateVersion: 1, sealed: expect.any(Uint8Array) });
    }
  });

  it('costs its next command the same at version 1,000 as at version 10', async () => {
    const costs: string[][] = [];
    for (const length of [10, 1000]) {
      const stream = newStream('session');
      const store = fixture.store();
      for (let version = 0; version < length; version += 10) {
        await execute(store, session, stream, metadata, () => upTo(10).map(() => turnFailed('r')));
      }
      const { requests } = await counted(() =>
        execute(fixture.store(), session, stream, metadata, (state) =>
          failTurn({ ...state, status: 'open' }, 'r'),
        ),
      );
      costs.push(requests);
    }

    expect(costs).toEqual([
      ['Query', 'BatchGetItem', 'PutItem'],
      ['Query', 'BatchGetItem', 'PutItem'],
    ]);
  });

  it('of a conversation that the agent forgot continues from its snapshot', async () => {
    const stream = sessionStream('t', uuid());
    const turns = upTo(98).flatMap((n) => completeTurn({ status: 'open', turns: n }, turn));
    await fixture.store().append(stream, 0, commitOf('a', { type: 'SessionStarted', data: {} }, ...turns));
    const forgotten = { load: async () => undefined } as unknown as SessionMemory;
    const open = () =>
      openSession(
        fixture.store(),
        forgotten,
        { tenant: 't', id: stream.id, newId: stream.id },
        new Date('2026-02-01T00:00:00Z'),
      );
    const before = await open();
    expect(await recordTurn(fixture.store(), before, turn, metadata)).toBe(100);

    const { result, requests } = await counted(open);

    expect(result).toMatchObject({ state: { status: 'open', turns: 99 }, version: 100 });
    expect(requests).toEqual(['Query', 'BatchGetItem']);
    expect((await fixture.store().loadFromSnapshot(stream, session.stateVersion)).events).toEqual([]);
  });

  it('is read page by page, never held in memory as a whole', async () => {
    const stream = newStream('session');
    await fill(stream, 1, 600, 1, 'x'.repeat(4000));

    const sizes: number[] = [];
    let state = session.initialState;
    let version = 0;
    for await (const page of fixture.store().pages(stream)) {
      sizes.push(page.length);
      state = fold(session, page as readonly StreamEvent[] as readonly SessionEvent[], state);
      version = page.at(-1)?.version ?? version;
    }

    expect(version).toBe(600);
    expect(sizes.length).toBeGreaterThan(1);
    expect(Math.max(...sizes)).toBeLessThan(600);
    expect((await fixture.store().load(stream)).version).toBe(600);
  });

  it('returns its newest events with one request, at any length', async () => {
    const stream = newStream('session');
    await fill(stream, 1, 500, 1);

    const { result, requests } = await counted(() => fixture.store().load(stream, 495));
    expect(versionsOf(result.events)).toEqual([496, 497, 498, 499, 500]);
    expect(requests).toEqual(['Query']);
    const ahead = await counted(() =>
      fixture
        .store()
        .load(stream, 501)
        .catch((error: unknown) => error),
    );
    expect(ahead.result).toMatchObject({ expectedVersion: 501, version: 500 });
    expect(ahead.requests).toEqual(['Query']);
    expect(versionsOf((await fixture.store().load(stream, 100)).events)).toHaveLength(400);
  });
});

describe('a snapshot', () => {
  const twoHundred = async (stream: StreamId) => {
    const events = upTo(100).map((n) => turnFailed(`secret ${n}`));
    for (const _ of upTo(2)) await execute(fixture.store(), session, stream, metadata, () => events);
  };

  it('is only a cache: without its key the state comes from the events', async () => {
    const stream = newStream('session');
    await twoHundred(stream);
    await dynamodbStreamKeys(fixture.engine.client, 'stream-keys').destroy(stream);

    const recalled = await fixture.store().loadFromSnapshot(stream, session.stateVersion);

    expect(recalled.snapshot).toBeUndefined();
    expect(recalled.version).toBe(200);
    expect(JSON.stringify(recalled.events)).not.toContain('secret');
  });

  it('of a job is deleted with its content item', async () => {
    const contentId = uuid();
    const task = { kind: 'analysis' as const, questions: ['secret'] };
    const stream = newStream('job');
    const progress = { type: 'JobProgressed', data: { percent: 1, stage: 's' } } as const;
    const requested = { type: 'JobRequested', data: { contentId, task } } as const;
    await execute(fixture.store(), job, stream, metadata, () => [requested, ...upTo(99).map(() => progress)]);
    expect((await fixture.store().loadFromSnapshot(stream, job.stateVersion)).snapshot).toMatchObject({
      version: 100,
      contentId,
      state: { task },
    });

    const item = contentStream('t', contentId);
    await dynamodbStreamKeys(fixture.engine.client, 'stream-keys').destroy(item);

    expect((await fixture.store().loadFromSnapshot(stream, job.stateVersion)).snapshot).toBeUndefined();
    expect(await currentState(fixture.store(), job, stream)).toMatchObject({
      contentId,
      task: { kind: 'analysis' },
    });
    expect(JSON.stringify(await currentState(fixture.store(), job, stream))).not.toContain('secret');
  });

  it('is not saved for an erased stream', async () => {
    const stream = newStream('session');
    await fixture.store().append(stream, 0, commitOf('a', turnFailed('x')));
    await dynamodbStreamKeys(fixture.engine.client, 'stream-keys').destroy(stream);

    await fixture
      .store()
      .saveSnapshot(stream, { state: { status: 'open', turns: 0 }, version: 1, stateVersion: 1 });

    expect((await fixture.store().loadFromSnapshot(stream, 1)).snapshot).toBeUndefined();
  });

  it('that cannot be saved does not fail the command', async () => {
    const warned = vi.spyOn(logger, 'warn').mockImplementation(() => {});
    const stream = newStream('session');
    const store: EventStore = {
      ...fixture.store(),
      saveSnapshot: async () => {
        throw new Error('no room');
      },
    };

    for (const _ of upTo(3)) {
      await execute(store, session, stream, metadata, () => upTo(100).map((n) => turnFailed(`${n}`)));
    }

    expect(await store.version(stream)).toBe(300);
    expect(warned).toHaveBeenCalledTimes(3);
    warned.mockRestore();
    // Overdue, so the next command saves one although it passes no multiple of 100.
    await execute(fixture.store(), session, stream, metadata, () => [turnFailed('x')]);
    expect((await fixture.store().loadFromSnapshot(stream, 1)).snapshot?.version).toBe(301);
  });
});
