import type { DomainEvent, StreamEvent, StreamId } from '@nova/shared/events/index';
import { limits } from '@nova/shared/limits';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dynamodbEventStore } from '../../lambdas/platform/events/dynamodb-store.ts';
import { record } from '../../lambdas/platform/events/execute.ts';
import {
  CommitTooLargeError,
  ConcurrencyError,
  type EventStore,
} from '../../lambdas/platform/events/store.ts';
import { temporaryData } from './support/dev.ts';
import { type TestEngine, testEngine } from './support/engine.ts';

let data: Awaited<ReturnType<typeof temporaryData>>;
let engine: TestEngine;
let store: EventStore;

beforeAll(async () => {
  data = await temporaryData();
  engine = await testEngine(data.path);
  store = dynamodbEventStore(engine.client, await engine.createTable('event-store'));
});

afterAll(async () => {
  await engine?.close();
  await data?.remove();
});

const metadata = { correlationId: 'c', causationId: 'r', actor: 'key:t' };
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
