import {
  ConditionalCheckFailedException,
  TransactionCanceledException,
  TransactionConflictException,
} from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { putCommit } from './append.ts';
import type { KeyPut } from './encryption/encryption.ts';
import { CommitTooLargeError, ContentionError, ExpectedVersionConflictError } from './store.ts';
import type { Table } from './stream-items.ts';

const item = { pk: 't#usage#d', sk: '0000000004', commitId: 'mine', count: 1, events: [] };
const key: KeyPut = { TableName: 'stream-keys', Item: { pk: 't#usage#d', sk: 'key' } };
const there = (commitId: string) => ({ commitId: { S: commitId }, count: { N: '3' } });

/** A table that always responds with an error. */
const failing = (error: Error) =>
  ({ name: 'event-store', client: { send: () => Promise.reject(error) } }) as unknown as Table;
const options = { $metadata: {}, message: 'no' };
const cancelled = (...CancellationReasons: { Code: string; Item?: ReturnType<typeof there> }[]) =>
  new TransactionCanceledException({ ...options, CancellationReasons });
const none = { Code: 'None' };
const taken = { Code: 'ConditionalCheckFailed' };

describe('the response of DynamoDB to a commit', () => {
  it.each([
    ['alone', new ConditionalCheckFailedException({ ...options, Item: there('mine') }), []],
    ['with its key', cancelled({ ...taken, Item: there('mine') }, taken), [key]],
  ])('with the same commit, put %s, means that the append succeeded before', async (_, error, keys) => {
    expect(await putCommit(failing(error), item, keys)).toBe('there');
  });

  it.each([
    ['alone', new ConditionalCheckFailedException({ ...options, Item: there('other') }), []],
    ['with its key', cancelled({ ...taken, Item: there('other') }, taken), [key]],
    ['with its key, which is free', cancelled({ ...taken, Item: there('other') }, none), [key]],
  ])('with another commit, put %s, means a version conflict', async (_, error, keys) => {
    const put = putCommit(failing(error), item, keys);

    await expect(put).rejects.toBeInstanceOf(ExpectedVersionConflictError);
    await expect(put).rejects.toMatchObject({ winner: 'other', expectedVersion: 3, version: 6 });
  });

  it('with only its key means that the commit has to be encrypted again', async () => {
    expect(await putCommit(failing(cancelled(none, taken)), item, [key])).toBe('key-taken');
  });

  it.each([
    ['an ongoing transaction', new TransactionConflictException(options)],
    ['a conflict with one', cancelled({ Code: 'TransactionConflict' }, none)],
    ['a conflict at the key', cancelled(none, { Code: 'TransactionConflict' })],
    ['a throttle', cancelled(none, { Code: 'ThrottlingError' })],
    ['a failed condition without an item', new ConditionalCheckFailedException(options)],
  ])('with %s means that the append may be repeated at the same version', async (_, error) => {
    const put = putCommit(failing(error), item, [key]);

    await expect(put).rejects.toBeInstanceOf(ContentionError);
    await expect(put).rejects.toMatchObject({ expectedVersion: 3, cause: error });
  });

  it('about an item larger than calculated means that the commit is too large', async () => {
    const error = new Error('Item size has exceeded the maximum allowed size');

    await expect(putCommit(failing(error), item, [])).rejects.toBeInstanceOf(CommitTooLargeError);
  });

  it.each([
    ['a transaction that cannot be', cancelled({ Code: 'ValidationError' }, none)],
    ['an outage', new Error('down')],
  ])('with %s is thrown unchanged', async (_, error) => {
    await expect(putCommit(failing(error), item, [key])).rejects.toBe(error);
  });
});
