import { jobStream } from '@nova/shared/events/index';
import { describe, expect, it } from 'vitest';
import { headKey } from '../domain/projections/projection.ts';
import { memoryRows } from '../testing/memory-read-model.ts';
import { caughtUpRow, pausesMs } from './caught-up.ts';
import type { ReadModel } from './rows.ts';

const stream = jobStream('t', 'j');

/**
 * A read model that the projector updates during the wait.
 * @param recorded version of the stream
 * @param projected version that the row has after each pause, from before the first
 */
function prepare(recorded: number, projected: readonly number[]) {
  const rows = memoryRows();
  const reads = { get: rows.get as ReadModel['get'] };
  const paused: number[] = [];
  const project = async () => {
    const version = projected[paused.length] ?? projected.at(-1) ?? 0;
    if (version > 0) await rows.putHead(headKey(stream), { status: `at ${version}` }, version);
  };
  const read = async () => {
    await project();
    return caughtUpRow(reads, { version: async () => recorded }, stream, async (ms) => {
      paused.push(ms);
      await project();
    });
  };
  return { paused, read };
}

describe('a row that must be up to date', () => {
  it('is returned at once when it is', async () => {
    const { paused, read } = prepare(2, [2]);

    expect(await read()).toEqual({ row: { status: 'at 2' }, version: 2 });
    expect(paused).toEqual([]);
  });

  it('is undefined at once when its stream does not exist', async () => {
    const { paused, read } = prepare(0, []);

    expect(await read()).toBeUndefined();
    expect(paused).toEqual([]);
  });

  it('is polled with growing pauses', async () => {
    const { paused, read } = prepare(3, [0, 0, 1, 2, 3]);

    expect(await read()).toMatchObject({ version: 3 });
    expect(paused).toEqual([20, 40, 80, 160]);
  });

  it('is returned as it is when it is still behind after three seconds', async () => {
    const { paused, read } = prepare(3, [2]);

    expect(await read()).toMatchObject({ version: 2 });
    expect(paused).toEqual(pausesMs);
    expect(paused.reduce((sum, ms) => sum + ms, 0)).toBe(3000);
    expect(Math.max(...paused)).toBe(250);
  });

  it('is reported as not yet visible when it does not appear', async () => {
    const { read } = prepare(1, []);

    await expect(read()).rejects.toMatchObject({
      type: 'not-yet-visible',
      status: 503,
      message: 'This job is recorded and not visible yet; try again in a moment.',
    });
  });
});
