import type { DomainEvent } from '@nova/shared/events/index';
import { limits } from '@nova/shared/limits';
import { InvalidStreamError, streamKey } from '@nova/shared/tables';
import { describe, expect, it } from 'vitest';
import {
  type EventStore,
  ExpectedVersionConflictError,
  InvalidEventError,
  VersionAheadError,
} from '../../../lambdas/event-store/store.ts';
import { memoryEventStore } from '../../../lambdas/testing/memory-event-store.ts';
import { commitOf, eventStoreFixture, newStream, turnFailed, upTo, used } from './testing/fixture.ts';

const fixture = eventStoreFixture();

/** The contract of every event store, so that other tests may use the one in memory. */
describe.each<[string, () => EventStore]>([
  ['in DynamoDB', () => fixture.store()],
  ['in memory', memoryEventStore],
])('an append to a store %s', (_, newStore) => {
  it('is read back as it was written', async () => {
    const store = newStore();
    const stream = newStream('session');
    await store.append(stream, 0, commitOf('a', { type: 'SessionStarted', data: {} }, turnFailed('x')));

    expect(await store.append(stream, 2, commitOf('b', turnFailed('ü')))).toBe(3);

    const { events, version } = await store.load(stream);
    expect(version).toBe(3);
    expect(events.map(({ type, data, version: at }) => [at, type, data])).toEqual([
      [1, 'SessionStarted', {}],
      [2, 'TurnFailed', { reason: 'x' }],
      [3, 'TurnFailed', { reason: 'ü' }],
    ]);
  });

  it('repeated with the same commit id succeeds and changes nothing', async () => {
    const store = newStore();
    const stream = newStream('session');
    await store.append(stream, 0, commitOf('a', turnFailed('x'), turnFailed('y')));
    await store.append(stream, 2, commitOf('b', turnFailed('z')));

    expect(await store.append(stream, 0, commitOf('a', turnFailed('x'), turnFailed('y')))).toBe(2);
    expect((await store.load(stream)).version).toBe(3);
  });

  it('behind another one is refused with the winning commit and the version of the stream', async () => {
    const store = newStore();
    const stream = newStream('usage');
    await store.append(stream, 0, commitOf('first', used(1), used(2)));

    const refusal = store.append(stream, 0, commitOf('second', used(3)));

    await expect(refusal).rejects.toBeInstanceOf(ExpectedVersionConflictError);
    await expect(refusal).rejects.toMatchObject({ winner: 'first', expectedVersion: 0, version: 2 });
  });

  it('into the middle of a commit is refused', async () => {
    const store = newStore();
    const stream = newStream('usage');
    await store.append(stream, 0, commitOf('first', used(1), used(2), used(3)));

    const refusal = store.append(stream, 1, commitOf('second', used(4)));

    await expect(refusal).rejects.toBeInstanceOf(ExpectedVersionConflictError);
    await expect(refusal).rejects.toMatchObject({ winner: 'first', version: 3 });
    expect((await store.load(stream)).version).toBe(3);
  });

  it.each([0, 3])(
    'beyond the end of a stream at version %i is refused with both versions',
    async (version) => {
      const store = newStore();
      const stream = newStream('usage');
      if (version > 0) await store.append(stream, 0, commitOf('a', ...upTo(version).map(used)));

      const refusal = store.append(stream, 7, commitOf('b', used(1)));

      await expect(refusal).rejects.toBeInstanceOf(VersionAheadError);
      await expect(refusal).rejects.toMatchObject({ expectedVersion: 7, version });
      await expect(refusal).rejects.toThrow(`${streamKey(stream)} is at version ${version}, not yet at 7`);
      expect(await store.version(stream)).toBe(version);
    },
  );

  it('at a negative version is refused', async () => {
    for (const version of [-1, 0.5, Number.NaN]) {
      const refusal = newStore().append(newStream('usage'), version, commitOf('a', used(1)));
      await expect(refusal).rejects.toThrow(/expectedVersion: must be a whole number from 0/);
    }
  });

  it.each<[string, Partial<Record<'type' | 'data', unknown>>, RegExp]>([
    [
      'a member of another type',
      { data: { ...used(1).data, inputTokens: 'many' } },
      /data\.inputTokens .*number/,
    ],
    ['a member missing', { data: { source: 'chat' } }, /data\.model .*; data\.reference /],
    ['an unknown type', { type: 'TokensLost' }, /TokensLost: there is no such type/],
    ['another aggregate’s event', turnFailed('x'), /TurnFailed: belongs to the history of a session/],
  ])('of %s is refused with the name of the event', async (_what, part, message) => {
    const store = newStore();
    const stream = newStream('usage');
    const wrong = { ...used(1), ...part } as DomainEvent;

    const refusal = store.append(stream, 0, commitOf('a', used(1), wrong));

    await expect(refusal).rejects.toBeInstanceOf(InvalidEventError);
    await expect(refusal).rejects.toThrow(message);
    await expect(refusal).rejects.toThrow(`Event 2 of 2 for ${streamKey(stream)}, ${wrong.type}`);
    expect(await store.version(stream)).toBe(0);
  });

  it('with metadata or a time that could not be read back is refused', async () => {
    const commit = commitOf('a', used(1));
    const wrong = [
      { ...commit, metadata: { ...commit.metadata, correlationId: 'a b' } },
      { ...commit, occurredAt: new Date(Number.NaN) },
    ];

    for (const each of wrong) {
      const refusal = newStore().append(newStream('usage'), 0, each);
      await expect(refusal).rejects.toThrow(/TokensUsed: (metadata\.correlationId|occurredAt) /);
    }
  });

  it.each([0, limits.eventsPerCommit + 1])('of %i events is refused', async (count) => {
    const refusal = newStore().append(newStream('usage'), 0, commitOf('a', ...upTo(count).map(used)));

    await expect(refusal).rejects.toThrow(`A commit holds 1 to 100 events, not ${count}`);
  });

  it.each(['a#b', 'a@1', 'a\nb', ''])(
    'to a stream with the id %j is refused with the name of the member',
    async (id) => {
      const refusal = newStore().append({ ...newStream('usage'), id }, 0, commitOf('a', used(1)));

      await expect(refusal).rejects.toBeInstanceOf(InvalidStreamError);
      await expect(refusal).rejects.toThrow(/at id/);
    },
  );
});
