import { PutCommand, ScanCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { type RecordedEvent, type StreamId, sessionStream } from '@nova/shared/events/index';
import { streamKey } from '@nova/shared/tables';
import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newKey } from '../../../lambdas/event-store/encryption/cipher.ts';
import { dynamodbEncryption, StreamErasedError } from '../../../lambdas/event-store/encryption/encryption.ts';
import { dynamodbStreamKeys, type StreamKeys } from '../../../lambdas/event-store/encryption/stream-keys.ts';
import { temporaryData } from '../testing/dev.ts';
import { type TestEngine, testEngine } from './testing/engine.ts';

let data: Awaited<ReturnType<typeof temporaryData>>;
let engine: TestEngine;
let table: string;
let keys: StreamKeys;

beforeAll(async () => {
  data = await temporaryData();
  engine = await testEngine(data.path);
  table = await engine.createTable('stream-keys');
  keys = dynamodbStreamKeys(engine.client, table);
});

afterAll(async () => {
  await engine?.close();
  await data?.remove();
});

const session = () => sessionStream('t', uuid());
const failed: RecordedEvent<'TurnFailed'> = {
  type: 'TurnFailed',
  schemaVersion: 1,
  occurredAt: '2026-01-01T00:00:00.000Z',
  data: { reason: 'Chimborazo' },
  metadata: { correlationId: 'c', causationId: 'r', actor: 'key:t' },
};
const put = (stream: StreamId, key = newKey()) =>
  engine.client.send(
    new TransactWriteCommand({ TransactItems: [{ Put: keys.put(streamKey(stream), key) }] }),
  );

describe('keys of streams', () => {
  it('are read as they were put, a hundred per request', async () => {
    const streams = Array.from({ length: 101 }, session);
    const [first] = streams;
    if (!first) throw new Error('no stream');
    const key = newKey();
    for (const stream of streams) await put(stream, stream === first ? key : undefined);
    engine.requests();

    const found = await keys.read([...streams, session(), first].map(streamKey));

    expect(engine.requests()).toEqual(['BatchGetItem', 'BatchGetItem']);
    expect(found.size).toBe(101);
    expect(found.get(streamKey(first))).toEqual(key);
  });

  it('are put once', async () => {
    const stream = session();
    await put(stream);

    await expect(put(stream)).rejects.toThrow('ConditionalCheckFailed');
  });

  it('are deleted once destroyed, and cannot be created again', async () => {
    const stream = session();
    await put(stream);
    await keys.destroy(stream);
    const { Items: once } = await engine.client.send(new ScanCommand({ TableName: table }));

    await keys.destroy(stream);

    const { Items: twice } = await engine.client.send(new ScanCommand({ TableName: table }));
    expect(twice).toEqual(once);
    const left = twice?.find(({ pk }) => pk === streamKey(stream));
    expect(left).toEqual({ pk: streamKey(stream), sk: 'key', erasedAt: expect.any(String) });
    expect((await keys.read([streamKey(stream)])).get(streamKey(stream))).toBe('destroyed');
    await expect(put(stream)).rejects.toThrow('ConditionalCheckFailed');
    const encrypted = dynamodbEncryption(engine.client, table).encrypt(stream, 2, [failed]);
    await expect(encrypted).rejects.toBeInstanceOf(StreamErasedError);
  });

  it('are reported when one is invalid', async () => {
    const stream = session();
    await engine.client.send(
      new PutCommand({ TableName: table, Item: { pk: streamKey(stream), sk: 'key', dataKey: 'text' } }),
    );

    await expect(keys.read([streamKey(stream)])).rejects.toThrow('dataKey');
  });
});
