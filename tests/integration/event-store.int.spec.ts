import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { DomainEvent, StreamEvent, StreamId } from '@nova/shared/events/index';
import { limits } from '@nova/shared/limits';
import { streamKey } from '@nova/shared/tables';
import type { Context } from 'aws-lambda';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { projectionOf } from '../../lambdas/domain/projections/index.ts';
import { headKey } from '../../lambdas/domain/projections/projection.ts';
import { turnsKey } from '../../lambdas/domain/projections/session.ts';
import { projectStream } from '../../lambdas/functions/event-projector/project-stream.ts';
import { dynamodbEventStore } from '../../lambdas/platform/events/dynamodb-store.ts';
import { record } from '../../lambdas/platform/events/execute.ts';
import {
  CommitTooLargeError,
  ConcurrencyError,
  type EventStore,
} from '../../lambdas/platform/events/store.ts';
import { type ReadModelWriter, readModelWriter } from '../../lambdas/platform/read-model/rows.ts';
import { temporaryData } from './support/dev.ts';
import { type TestEngine, testEngine } from './support/engine.ts';

let data: Awaited<ReturnType<typeof temporaryData>>;
let engine: TestEngine;
let store: EventStore;
let rows: ReadModelWriter;

beforeAll(async () => {
  data = await temporaryData();
  engine = await testEngine(data.path);
  store = dynamodbEventStore(engine.client, await engine.createTable('event-store'));
  rows = readModelWriter(engine.client, await engine.createTable('read-model'));
});

afterAll(async () => {
  await engine?.close();
  await data?.remove();
});

const metadata = { correlationId: 'c', causationId: 'r', actor: 'key:t' };
const context = { getRemainingTimeInMillis: () => 60_000 } as Context;
const used = (tokens: number): DomainEvent<'TokensUsed'> => ({
  type: 'TokensUsed',
  data: { source: 'chat', model: 'm', inputTokens: tokens, outputTokens: 0, reference: 'r' },
});
const commit = (commitId: string, ...events: readonly DomainEvent[]) => ({
  commitId,
  occurredAt: new Date('2026-01-01T00:00:00Z'),
  metadata,
  events,
});

const turnCompleted = (turn: number): DomainEvent<'TurnCompleted'> => ({
  type: 'TurnCompleted',
  data: {
    turn,
    message: 'hi',
    reply: 'hello',
    toolCalls: [],
    citations: [],
    usage: { inputTokens: 1, outputTokens: 1 },
    model: 'm',
    stopReason: 'endTurn',
  },
});

/** Sort keys of the rows of a partition of the read model. */
async function sortKeysOf(partition: string): Promise<string[]> {
  const { Items = [] } = await engine.client.send(
    new QueryCommand({
      TableName: 'read-model',
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': partition },
      ConsistentRead: true,
    }),
  );
  return Items.map(({ sk }) => String(sk));
}

let made = 0;
const newStream = (): StreamId => ({ tenant: 't', aggregate: 'usage', id: `stream-${++made}` });

describe('an append', () => {
  it('is one request, whatever the number of events', async () => {
    engine.requests();

    await store.append(newStream(), 0, commit('a', used(1), used(2), used(3)));

    expect(engine.requests()).toEqual(['PutItem']);
  });

  it('repeated with the same commit id succeeds and changes nothing', async () => {
    const stream = newStream();
    await store.append(stream, 0, commit('a', used(1)));

    expect(await store.append(stream, 0, commit('a', used(1)))).toBe(1);
    expect((await store.load(stream)).version).toBe(1);
  });

  it('behind another is refused, and says which one won', async () => {
    const stream = newStream();
    await store.append(stream, 0, commit('first', used(1)));

    const refusal = store.append(stream, 0, commit('second', used(2)));

    await expect(refusal).rejects.toBeInstanceOf(ConcurrencyError);
    await expect(refusal).rejects.toMatchObject({ winner: 'first', expectedVersion: 0, version: 1 });
  });

  it('that does not fit an item is refused before any request', async () => {
    engine.requests();
    const large: DomainEvent = { type: 'TurnFailed', data: { reason: 'x'.repeat(limits.dynamodbItemBytes) } };

    await expect(store.append(newStream(), 0, commit('a', large))).rejects.toBeInstanceOf(
      CommitTooLargeError,
    );
    expect(engine.requests()).toEqual([]);
  });

  it('by many writers at once lands every time, exactly once', async () => {
    const stream = newStream();
    const writers = 50;

    await Promise.all(Array.from({ length: writers }, (_, n) => record(store, stream, metadata, [used(n)])));

    const { events, version } = await store.load(stream);
    const tokens = events.map((event) => (event as StreamEvent<'TokensUsed'>).data.inputTokens);
    expect(version).toBe(writers);
    expect(events.map((event) => event.version)).toEqual(Array.from({ length: writers }, (_, n) => n + 1));
    expect(tokens.sort((a, b) => a - b)).toEqual(Array.from({ length: writers }, (_, n) => n));
  });
});

describe('a stream', () => {
  it('is read back as it was written, across pages', async () => {
    const stream = newStream();
    const padding = 'x'.repeat(300_000);
    for (let version = 0; version < 5; version++) {
      const event: DomainEvent = { type: 'TurnFailed', data: { reason: `${version}${padding}` } };
      await store.append(stream, version, commit(`c${version}`, event));
    }
    engine.requests();

    const { events, version } = await store.load(stream);

    expect(version).toBe(5);
    expect(events.map((event) => (event as StreamEvent<'TurnFailed'>).data.reason[0])).toEqual([
      '0',
      '1',
      '2',
      '3',
      '4',
    ]);
    expect(engine.requests().length).toBeGreaterThan(1);
  });
});

/** What the rows should be: all events folded, one by one. */
const folded = (events: readonly StreamEvent[], stream: StreamId) =>
  events.reduce<object | undefined>(
    (row, event) => projectionOf(stream.aggregate).evolve(row, event),
    undefined,
  );

describe('the projector', () => {
  it('makes the same row of any cutting, repetition and loss of deliveries', async () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 6 });
    const deliveries = fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(sizes, deliveries, async (commits, cuts) => {
        const stream = newStream();
        const records: (readonly StreamEvent[])[] = [];
        let version = 0;
        for (const size of commits) {
          const events = Array.from({ length: size }, (_, n) => used(10 ** n));
          const before = version;
          version = await store.append(stream, before, commit(`c${before}`, ...events));
          records.push((await store.load(stream, before)).events);
        }
        const { events } = await store.load(stream);
        // Any runs of records in any order, then the last one: what was never delivered must be found.
        for (const [from, length] of cuts) {
          const start = from % records.length;
          const delivered = records.slice(start, start + 1 + (length % records.length));
          await projectStream(rows, store, stream, delivered.flat(), context);
        }
        await projectStream(rows, store, stream, records.at(-1) ?? [], context);

        const row = await rows.get(headKey(stream));
        expect(row).toEqual({ row: folded(events, stream), version: events.length });
      }),
      { numRuns: 25 },
    );
  });

  it('reads of a stream only what it lacks', async () => {
    const stream = newStream();
    await store.append(stream, 0, commit('a', used(1)));
    await projectStream(rows, store, stream, (await store.load(stream)).events, context);
    await store.append(stream, 1, commit('b', used(2), used(3)));
    await store.append(stream, 3, commit('c', used(4)));
    const read: number[] = [];
    const watched: EventStore = {
      ...store,
      async load(id, after) {
        const loaded = await store.load(id, after);
        read.push(...loaded.events.map((event) => event.version));
        return loaded;
      },
    };

    await projectStream(rows, watched, stream, (await store.load(stream, 3)).events, context);

    expect(read).toEqual([2, 3, 4]);
    const { events } = await store.load(stream);
    expect(await rows.get(headKey(stream))).toEqual({ row: folded(events, stream), version: 4 });
  });

  it('writes a row once a batch, and not at all the second time', async () => {
    const stream = newStream();
    await store.append(stream, 0, commit('a', used(1), used(2)));
    await store.append(stream, 2, commit('b', used(3)));
    const { events } = await store.load(stream);
    const writes = () => engine.requests().filter((request) => request === 'PutItem').length;
    writes();

    await projectStream(rows, store, stream, events, context);
    expect(writes()).toBe(1);
    await projectStream(rows, store, stream, events, context);
    expect(writes()).toBe(0);
  });

  it('leaves no turn of a deleted session, however many there were', async () => {
    const stream: StreamId = { tenant: 't', aggregate: 'session', id: 'talkative' };
    const other: StreamId = { ...stream, id: 'other' };
    const turns = Array.from({ length: 60 }, (_, n) => turnCompleted(n + 1));
    await store.append(other, 0, commit('other', turnCompleted(1)));
    await store.append(stream, 0, commit('a', ...turns));
    await projectStream(rows, store, other, (await store.load(other)).events, context);
    await projectStream(rows, store, stream, (await store.load(stream)).events, context);
    expect(await sortKeysOf(turnsKey('t', stream.id))).toHaveLength(60);
    await store.append(stream, 60, commit('b', { type: 'SessionDeleted', data: {} }));
    const deletion = (await store.load(stream, 60)).events;

    await projectStream(rows, store, stream, deletion, context);
    await projectStream(rows, store, stream, deletion, context);

    expect(await sortKeysOf(turnsKey('t', stream.id))).toEqual([]);
    expect(await sortKeysOf(turnsKey('t', other.id))).toHaveLength(1);
    expect(await rows.get(headKey(stream))).toEqual({ row: { status: 'deleted' }, version: 61 });
  });

  it('run twice at once ends in the same row', async () => {
    const stream = newStream();
    for (let version = 0; version < 20; version += 5) {
      await store.append(stream, version, commit(`c${version}`, ...Array.from({ length: 5 }, () => used(1))));
    }
    const { events } = await store.load(stream);

    await Promise.all([
      projectStream(rows, store, stream, events.slice(0, 10), context),
      projectStream(rows, store, stream, events, context),
      projectStream(rows, store, stream, events.slice(5), context),
    ]);

    expect(await rows.get(headKey(stream))).toEqual({ row: folded(events, stream), version: 20 });
  });

  it('keeps each tenant’s rows in partitions of its own', async () => {
    const mine: StreamId = { tenant: 'mine', aggregate: 'usage', id: 'day' };
    await store.append(mine, 0, commit('a', used(1)));
    await projectStream(rows, store, mine, (await store.load(mine)).events, context);

    const { Items = [] } = await engine.client.send(
      new QueryCommand({
        TableName: 'event-store',
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': streamKey({ ...mine, tenant: 'yours' }) },
      }),
    );
    expect(Items).toEqual([]);
    expect(await rows.get(headKey({ ...mine, tenant: 'yours' }))).toBeUndefined();
  });
});
