import { PutCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import type { DomainEvent, StreamId } from '@nova/shared/events/index';
import { limits } from '@nova/shared/limits';
import { streamKey } from '@nova/shared/tables';
import { describe, expect, it } from 'vitest';
import { commitItem, itemBytes, recordedEvents } from '../../../lambdas/event-store/commit.ts';
import type { Encryption } from '../../../lambdas/event-store/encryption/encryption.ts';
import { CommitTooLargeError } from '../../../lambdas/event-store/store.ts';
import { commitOf, eventStoreFixture, newStream, turnFailed, upTo, used } from './testing/fixture.ts';

const fixture = eventStoreFixture();

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
    await store.append(stream, 1, commitOf('b', turnFailed('the reason')));

    expect(encryptions).toBe(2);
    const { events } = await fixture.store().load(stream);
    expect(events.map(({ data }) => data)).toEqual([{}, { reason: 'the reason' }]);
  });
});
