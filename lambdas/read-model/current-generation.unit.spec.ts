import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { currentGeneration, generationsAgeMs } from './current-generation.ts';

/** A table with the current generation, and a clock. */
function prepare() {
  const table = { looks: 0, generation: 2, fails: false };
  const clock = { now: 1_000_000 };
  const send = async () => {
    table.looks += 1;
    if (table.fails) throw new Error('ThrottlingException');
    return { Item: { usage: { read: { generation: table.generation, version: 1 } } } };
  };
  const client = { send } as unknown as DynamoDBDocumentClient;
  return { table, clock, generationOf: currentGeneration(client, 'read-model', () => clock.now) };
}

describe('the current generation', () => {
  it('is read at intervals, not with every read of rows', async () => {
    const { table, clock, generationOf } = prepare();

    expect(await generationOf('usage')).toBe(2);
    table.generation = 3;
    clock.now += generationsAgeMs - 1;
    expect(await generationOf('usage')).toBe(2);
    expect(table.looks).toBe(1);
    clock.now += 1;
    expect(await generationOf('usage')).toBe(3);
    expect(table.looks).toBe(2);
  });

  it('is the first one when none is recorded', async () => {
    expect(await prepare().generationOf('job')).toBe(1);
  });

  it('is read again after a failure, and when the clock was set back', async () => {
    const { table, clock, generationOf } = prepare();
    table.fails = true;
    await expect(generationOf('usage')).rejects.toThrow('ThrottlingException');

    table.fails = false;
    expect(await generationOf('usage')).toBe(2);
    clock.now -= 60_000;
    await generationOf('usage');

    expect(table.looks).toBe(3);
  });
});
