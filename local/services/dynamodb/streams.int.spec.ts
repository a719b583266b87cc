import { BatchWriteItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { until } from '../../testing/platform-fixture.ts';
import { dynamodbFixture, mapping, sortKeysOf } from './testing/dynamodb-fixture.ts';

const db = dynamodbFixture();

describe('a stream', () => {
  it('reaches the function at once, as records of AWS’s format', async () => {
    await db.open();
    await db.put('p', '1');

    const [[record] = []] = await until('the record', () => db.batches.length > 0 && db.batches, 500);

    expect(record).toEqual({
      eventID: expect.any(String),
      eventName: 'INSERT',
      eventVersion: '1.1',
      eventSource: 'aws:dynamodb',
      awsRegion: 'us-east-1',
      dynamodb: {
        ApproximateCreationDateTime: expect.any(Number),
        Keys: { pk: { S: 'p' }, sk: { S: '1' } },
        NewImage: { pk: { S: 'p' }, sk: { S: '1' } },
        SequenceNumber: expect.any(String),
        SizeBytes: expect.any(Number),
        StreamViewType: 'NEW_IMAGE',
      },
      eventSourceARN: 'arn:aws:dynamodb:us-east-1:000000000000:table/events/stream/2026-01-01T00:00:00.000',
    });
  });

  it('is delivered in order, in db.batches of the stack’s size, and continues after a restart', async () => {
    await db.open();
    const items = (from: number) =>
      Array.from({ length: 25 }, (_, index) => ({
        PutRequest: { Item: { pk: { S: 'p' }, sk: { S: String(from + index) } } },
      }));
    await db.client.send(new BatchWriteItemCommand({ RequestItems: { events: items(100) } }));
    await until('all of the first', () => db.delivered().length === 25);
    await db.database?.close();
    await db.engine.close();
    await db.startEngineAgain();
    await db.open();
    await db.client.send(new BatchWriteItemCommand({ RequestItems: { events: items(200) } }));

    await until('all of the second', () => db.delivered().length === 50);

    expect(db.delivered()).toEqual(
      [...items(100), ...items(200)].map(({ PutRequest }) => PutRequest.Item.sk.S),
    );
    expect(Math.max(...db.batches.map(({ length }) => length))).toBeLessThanOrEqual(10);
  });

  it('puts a poisonous record, whole, into the failure bucket and continues', async () => {
    db.answer = (records) => {
      const bad = records.find(({ dynamodb }) => (dynamodb.Keys as { sk: { S: string } }).sk.S === 'bad');
      return bad
        ? {
            kind: 'payload',
            payload: { batchItemFailures: [{ itemIdentifier: bad.dynamodb.SequenceNumber }] },
          }
        : { kind: 'payload', payload: { batchItemFailures: [] } };
    };
    await db.open();
    for (const sk of ['a', 'bad', 'c']) await db.put('p', sk);

    const [[key = '', body = ''] = []] = await until(
      'the failure',
      () => db.written.length > 0 && db.written,
    );
    await until('what follows', () => db.delivered().includes('c'));

    expect(key).toMatch(
      /^failures\/aws\/lambda\/[0-9a-f-]{36}\/shardId-[^/]+\/\d{4}\/\d\d\/\d\d\/.*Z?-[0-9a-f-]{36}$/,
    );
    const record = JSON.parse(body);
    expect(record).toMatchObject({
      version: '1.0',
      requestContext: { condition: 'RetryAttemptsExhausted', functionArn: mapping.function_name },
      DDBStreamBatchInfo: { batchSize: 1, streamArn: expect.stringContaining('table/events/stream/') },
    });
    expect(sortKeysOf(JSON.parse(record.payload).Records)).toEqual(['bad']);
    expect(db.delivered().filter((sk) => sk === 'bad').length).toBeGreaterThanOrEqual(2);
  });

  it('includes deletions by time to live, as DynamoDB’s own', async () => {
    await db.open({}, { sweepMs: 50 });
    await db.put('p', 'old', { ttl: { N: '1000' } });

    const removal = await until('the removal', () =>
      db.batches.flat().find(({ eventName }) => eventName === 'REMOVE'),
    );

    expect(removal.userIdentity).toEqual({ type: 'Service', principalId: 'dynamodb.amazonaws.com' });
  });

  it('skips earlier records when it starts at the latest, also after a restart', async () => {
    await db.open({ enabled: false });
    await db.put('p', 'before');
    await db.database?.close();
    await db.open({ starting_position: 'LATEST' });
    await until('the poller to have skipped it', () => db.checkpointCount() === 1);
    await db.database?.close();
    await db.open({ starting_position: 'LATEST' });
    await db.put('p', 'after');

    await until('the later one', () => db.delivered().includes('after'));

    expect(db.delivered()).toEqual(['after']);
  });

  it('requires the permission that it needs on AWS', async () => {
    await db.open(
      {},
      {
        authorise: (_, action) => {
          throw new Error(`${action} is not allowed`);
        },
      },
    );

    expect(db.platform.messages.join()).toMatch(
      /mapping\.m does not run, as it would not on AWS: dynamodb:DescribeStream/,
    );
  });
});
