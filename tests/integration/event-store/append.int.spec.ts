import { PutCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import type { DomainEvent, StreamId } from '@nova/shared/events/index';
import { limits } from '@nova/shared/limits';
import { InvalidStreamError, streamKey } from '@nova/shared/tables';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commitItem, itemBytes, recordedEvents } from '../../../lambdas/event-store/commit.ts';
import type { Encryption } from '../../../lambdas/event-store/encryption/encryption.ts';
import {
  CommitTooLargeError,
  type EventStore,
  ExpectedVersionConflictError,
  InvalidEventError,
  VersionAheadError,
} from '../../../lambdas/event-store/store.ts';
import { memoryEventStore } from '../../../lambdas/testing/memory-event-store.ts';
import {
  commitOf,
  type EventStoreFixture,
  eventStoreFixture,
  newStream,
  turnFailed,
  upTo,
  used,
} from './testing/fixture.ts';

let fixture: EventStoreFixture;

beforeAll(async () => {
  fixture = await eventStoreFixture();
});

afterAll(() => fixture?.close());

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

describe('an append to DynamoDB costs', () => {
  const requestsOf = async (work: () => Promise<unknown>) => {
    fixture.engine.requests();
    await work();
    return fixture.engine.requests();
  };

  it('one request, whatever the stream and the number of events', async () => {
    const store = fixture.store();
    const usage = newStream('usage');
    const session = newStream('session');
    const many = upTo(100).map(used);

    expect(await requestsOf(() => store.append(usage, 0, commitOf('a', used(1))))).toEqual(['PutItem']);
    expect(await requestsOf(() => store.append(usage, 1, commitOf('b', ...many)))).toEqual(['PutItem']);
    expect(await requestsOf(() => store.append(session, 0, commitOf('a', turnFailed('x'))))).toEqual([
      'TransactWriteItems',
    ]);
    expect(await requestsOf(() => store.append(session, 1, commitOf('b', turnFailed('y'))))).toEqual([
      'PutItem',
    ]);
  });

  it('1.00 requests on average, over streams of every kind', async () => {
    const store = fixture.store();
    const sent = await requestsOf(async () => {
      for (const n of upTo(20)) {
        const stream = newStream(n % 2 === 0 ? 'usage' : 'session');
        for (const version of upTo(10)) {
          const event = n % 2 === 0 ? used(version) : turnFailed('x');
          await store.append(stream, version, commitOf(`c${version}`, event));
        }
      }
    });

    expect(sent.length / 200).toBe(1);
  });

  it('one request also when it conflicts or is repeated', async () => {
    const store = fixture.store();
    const stream = newStream('session');
    await store.append(stream, 0, commitOf('a', turnFailed('x')));

    const lost = () => store.append(stream, 0, commitOf('b', turnFailed('y'))).catch(() => undefined);
    expect(await requestsOf(lost)).toEqual(['TransactWriteItems']);
    expect(await requestsOf(() => store.append(stream, 0, commitOf('a', turnFailed('x'))))).toEqual([
      'TransactWriteItems',
    ]);
  });

  it('one more read for a version that this process has not seen', async () => {
    const stream = newStream('usage');
    await fixture.store().append(stream, 0, commitOf('a', used(1)));
    const store = fixture.store();

    expect(await requestsOf(() => store.append(stream, 1, commitOf('b', used(2))))).toEqual([
      'Query',
      'PutItem',
    ]);
    expect(await requestsOf(() => store.append(stream, 2, commitOf('c', used(3))))).toEqual(['PutItem']);
  });

  it('nothing when it is refused', async () => {
    const store = fixture.store();
    const refused = [
      store.append(newStream('usage'), 0, commitOf('a', { ...used(1), data: {} } as never)),
      store.append({ ...newStream('usage'), id: 'a#b' }, 0, commitOf('a', used(1))),
      store.append(newStream('usage'), 0, commitOf('a')),
    ];
    fixture.engine.requests();

    const outcomes = await Promise.allSettled(refused);

    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(fixture.engine.requests()).toEqual([]);
  });
});

describe('the size of a commit', () => {
  const stage = (text: string): DomainEvent<'JobProgressed'> => ({
    type: 'JobProgressed',
    data: { percent: 50, stage: text },
  });
  /** A commit whose item has exactly the given size in bytes, when none of it is encrypted. */
  function commitOfBytes(stream: StreamId, bytes: number, event: (text: string) => DomainEvent = stage) {
    const events = recordedEvents(stream, commitOf('a', event('')));
    const rest = bytes - itemBytes(commitItem(stream, 0, 'a', events));
    return commitOf('a', event('x'.repeat(rest)));
  }

  it('may be 400 KB to the byte', async () => {
    const stream = newStream('job');

    await fixture.store().append(stream, 0, commitOfBytes(stream, limits.dynamodbItemBytes));

    expect((await fixture.store().load(stream)).version).toBe(1);
  });

  it('may not be one byte more: the append is refused before any request, with the remedy', async () => {
    const store = fixture.store();
    const stream = newStream('job');
    const full = commitOfBytes(stream, limits.dynamodbItemBytes);
    const [event] = full.events as DomainEvent<'JobProgressed'>[];
    fixture.engine.requests();

    const refusal = store.append(stream, 0, commitOf('a', stage(`${event?.data.stage}x`)));

    await expect(refusal).rejects.toBeInstanceOf(CommitTooLargeError);
    await expect(refusal).rejects.toThrow(`409601 bytes in a commit of ${streamKey(stream)}`);
    await expect(refusal).rejects.toThrow(/put payloads in S3/);
    expect(fixture.engine.requests()).toEqual([]);
  });

  it('includes what encryption adds', async () => {
    const stream = newStream('session');
    const commit = commitOfBytes(stream, limits.dynamodbItemBytes, turnFailed);

    await expect(fixture.store().append(stream, 0, commit)).rejects.toBeInstanceOf(CommitTooLargeError);
  });

  it('equals the size that the engine counts', async () => {
    const put = (bytes: number) => {
      const item = {
        pk: 'size',
        sk: '1',
        n: -123.45,
        list: [1, null, true, { a: 'é' }],
        bytes: new Uint8Array(9),
      };
      const rest = bytes - itemBytes({ ...item, text: '' });
      const Item = { ...item, text: 'x'.repeat(rest) };
      return fixture.engine.client.send(new PutCommand({ TableName: 'event-store', Item }));
    };

    await put(limits.dynamodbItemBytes);
    await expect(put(limits.dynamodbItemBytes + 1)).rejects.toThrow(/size/i);
  });
});

describe('a key that another commit creates first', () => {
  it('is read, and the events are encrypted again with it', async () => {
    const stream = newStream('session');
    const encryption = fixture.encryption();
    let encryptions = 1;
    const overtaken: Encryption = {
      ...encryption,
      async encrypt(...args) {
        const encrypted = await encryption.encrypt(...args);
        if (encryptions++ > 0) return encrypted;
        const { keys } = await fixture.encryption().encrypt(...args);
        const TransactItems = keys.map((Put) => ({ Put }));
        await fixture.engine.client.send(new TransactWriteCommand({ TransactItems }));
        return encrypted;
      },
    };

    const store = fixture.store(fixture.engine.client, overtaken);
    // For version 0 no key is read; for version 1 it is.
    await store.append(stream, 0, commitOf('a', { type: 'SessionStarted', data: {} }));
    encryptions = 0;
    await store.append(stream, 1, commitOf('b', turnFailed('told')));

    expect(encryptions).toBe(2);
    const { events } = await fixture.store().load(stream);
    expect(events.map(({ data }) => data)).toEqual([{}, { reason: 'told' }]);
  });
});
