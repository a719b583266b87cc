import { UnreadableCommitError } from '@nova/shared/events/commit';
import type { StreamId } from '@nova/shared/events/index';
import { streamKey } from '@nova/shared/tables';
import { describe, expect, it } from 'vitest';
import { type EventStore, VersionAheadError } from '../../../lambdas/event-store/store.ts';
import { memoryEventStore } from '../../../lambdas/testing/memory-event-store.ts';
import {
  commitOf,
  eventStoreFixture,
  newStream,
  putItem,
  turnFailed,
  upTo,
  used,
  versionsOf,
} from './testing/fixture.ts';

const fixture = eventStoreFixture();

describe.each<[string, () => EventStore]>([
  ['in DynamoDB', () => fixture.store()],
  ['in memory', memoryEventStore],
])('a stream in a store %s', (_, newStore) => {
  it('is read from a version on, which must exist', async () => {
    const store = newStore();
    const stream = newStream('usage');
    await store.append(stream, 0, commitOf('a', used(1), used(2)));
    await store.append(stream, 2, commitOf('b', used(3), used(4)));

    expect(versionsOf((await store.load(stream, 2)).events)).toEqual([3, 4]);
    expect(versionsOf((await store.load(stream, 3)).events)).toEqual([4]);
    expect(await store.load(stream, 4)).toEqual({ events: [], version: 4 });
    const refusal = store.load(stream, 5);
    await expect(refusal).rejects.toBeInstanceOf(VersionAheadError);
    await expect(refusal).rejects.toMatchObject({ expectedVersion: 5, version: 4 });
  });

  it('that does not exist is empty, and has no versions', async () => {
    const store = newStore();
    const stream = newStream('usage');

    expect(await store.load(stream)).toEqual({ events: [], version: 0 });
    expect(await store.loadFromSnapshot(stream, 1)).toEqual({ snapshot: undefined, events: [], version: 0 });
    expect(await store.version(stream)).toBe(0);
    await expect(store.load(stream, 1)).rejects.toMatchObject({ expectedVersion: 1, version: 0 });
  });

  it('is loaded from its newest snapshot of the state version', async () => {
    const store = newStore();
    const stream = newStream('session');
    await store.append(stream, 0, commitOf('a', ...upTo(6).map((n) => turnFailed(`${n}`))));
    const state = { status: 'open', turns: 3 };
    for (const version of [2, 4]) await store.saveSnapshot(stream, { state, version, stateVersion: 1 });
    await store.saveSnapshot(stream, { state, version: 5, stateVersion: 2 });

    const recalled = await store.loadFromSnapshot(stream, 1);

    expect(recalled).toMatchObject({ snapshot: { state, version: 4 }, version: 6 });
    expect(versionsOf(recalled.events)).toEqual([5, 6]);
    expect((await store.loadFromSnapshot(stream, 3)).snapshot).toBeUndefined();
    expect(versionsOf((await store.load(stream)).events)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(await store.version(stream)).toBe(6);
  });
});

describe('an unreadable commit', () => {
  const readers: [string, (store: EventStore, stream: StreamId) => Promise<unknown>][] = [
    ['load', (store, stream) => store.load(stream)],
    ['load after 1', (store, stream) => store.load(stream, 1)],
    ['loadFromSnapshot', (store, stream) => store.loadFromSnapshot(stream, 1)],
    [
      'pages',
      async (store, stream) => {
        for await (const _ of store.pages(stream));
      },
    ],
  ];

  it.each(readers)('is never skipped: a gap stops %s', async (_, read) => {
    const stream = newStream('usage');
    for (const version of [1, 2, 4, 5]) await putItem(fixture, stream, version, [{}]);

    const refusal = read(fixture.store(), stream);

    await expect(refusal).rejects.toBeInstanceOf(UnreadableCommitError);
    await expect(refusal).rejects.toThrow(`${streamKey(stream)}@3 is missing: 4 stands in its place`);
  });

  it.each<[string, object, RegExp]>([
    ['an unknown type', { type: 'TokensLost' }, /@2 is of the unknown type TokensLost/],
    [
      'a future schema version',
      { schemaVersion: 9 },
      /@2 \(TokensUsed\) has schema version 9; this build reads 1/,
    ],
    ['data of another form', { data: { model: 1 } }, /@2 \(TokensUsed\).*model/s],
    [
      'encrypted data that does not decrypt',
      { sealed: new Uint8Array([1]) },
      /@2 \(TokensUsed\) cannot be decrypted/,
    ],
  ])('is never skipped: %s stops every reader', async (_, part, message) => {
    const stream = newStream('usage');
    await putItem(fixture, stream, 1, [{}]);
    await putItem(fixture, stream, 2, [part]);
    await putItem(fixture, stream, 3, [{}]);

    for (const [, read] of readers) {
      const refusal = read(fixture.store(), stream);
      await expect(refusal).rejects.toBeInstanceOf(UnreadableCommitError);
      await expect(refusal).rejects.toThrow(message);
    }
  });
});
