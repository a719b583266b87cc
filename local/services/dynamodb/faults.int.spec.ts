import { GetItemCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { until } from '../../testing/platform-fixture.ts';
import { dynamodbFixture } from './testing/dynamodb-fixture.ts';

const db = dynamodbFixture();

describe('faults on demand', () => {
  const key = { pk: { S: 'p' }, sk: { S: 's' } };
  const get = () =>
    db.client.send(new GetItemCommand({ TableName: 'events', Key: key, ConsistentRead: true }));
  const transact = () =>
    db.client.send(
      new TransactWriteItemsCommand({ TransactItems: [{ Put: { TableName: 'events', Item: key } }] }),
    );
  /** Without the SDK's own retries, which would hide the fault. */
  const tryOnce = () => {
    db.client.destroy();
    db.client = db.clientOf({ maxAttempts: 1 });
  };

  it.each([
    ['throttle', { name: 'ProvisionedThroughputExceededException', $metadata: { httpStatusCode: 400 } }],
    ['error', { name: 'InternalServerError', $metadata: { httpStatusCode: 500 } }],
    ['conflict', { name: 'TransactionConflictException', $metadata: { httpStatusCode: 400 } }],
    ['timeout', { code: 'ECONNRESET' }],
  ] as const)('%s fails before any effect', async (fault, error) => {
    await db.open();
    tryOnce();
    db.database?.faults.set({ [fault]: 1 });

    await expect(db.put('p', 's')).rejects.toMatchObject(error);
    db.database?.faults.set({});

    expect((await get()).Item).toBeUndefined();
    expect(db.database?.faults.counts).toEqual({ [fault]: 1 });
  });

  it.each([
    ['throttle', 'ThrottlingError'],
    ['conflict', 'TransactionConflict'],
  ] as const)('%s cancels a transaction with its reason', async (fault, Code) => {
    await db.open();
    db.database?.faults.set({ [fault]: 1 });

    await expect(transact()).rejects.toMatchObject({
      name: 'TransactionCanceledException',
      CancellationReasons: [{ Code }],
    });
  });

  it('lost drops the response after the engine has done its work, and the stream has the record', async () => {
    await db.open();
    tryOnce();
    db.database?.faults.set({ lost: 1 });

    await expect(db.put('p', 's')).rejects.toMatchObject({ code: 'ECONNRESET' });
    db.database?.faults.set({});

    expect((await get()).Item).toEqual(key);
    await until('the record', () => db.delivered().length > 0);
    expect(db.delivered()).toEqual(['s']);
  });

  it('conflict does not affect reads', async () => {
    await db.open();
    db.database?.faults.set({ conflict: 1 });

    expect((await get()).Item).toBeUndefined();
    expect(db.database?.faults.counts).toEqual({});
  });

  it('at low rates are survived by the SDK’s own retries', async () => {
    await db.open();
    db.database?.faults.set({ throttle: 0.1, error: 0.1, lost: 0.1, seed: 3 });

    for (let n = 0; n < 20; n++) await db.put('p', String(n));
    db.database?.faults.set({});

    await until('all records', () => new Set(db.delivered()).size === 20);
  });
});
