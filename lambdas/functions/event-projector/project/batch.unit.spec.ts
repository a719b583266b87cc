import { snapshotKey, versionKey } from '@nova/shared/tables';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isCommit, itemOf, oncePerStream } from './batch.ts';

interface Record {
  readonly stream: string;
  readonly version: number;
}

const batches = fc
  .array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 100 })
  .map((streams) => streams.map((stream, version): Record => ({ stream, version })));

describe('a batch', () => {
  it('is grouped by stream, each with all its records in order', async () => {
    await fc.assert(
      fc.asyncProperty(batches, async (records) => {
        const seen: Record[][] = [];
        const outcomes = oncePerStream(
          records,
          ({ stream }) => stream,
          async (group) => {
            seen.push([...group]);
          },
        );
        await Promise.all(outcomes.values());
        expect(seen.flat().sort((a, b) => a.version - b.version)).toEqual(records);
        expect(new Set(seen.map(([first]) => first?.stream)).size).toBe(seen.length);
        for (const group of seen) {
          expect(group).toEqual(records.filter(({ stream }) => stream === group[0]?.stream));
        }
      }),
    );
  });

  it('fails the records of the stream that failed, and no others', async () => {
    await fc.assert(
      fc.asyncProperty(batches, async (records) => {
        const outcomes = oncePerStream(
          records,
          ({ stream }) => stream,
          async ([first]) => {
            if (first?.stream === 'b') throw new Error('poison');
          },
        );
        const settled = await Promise.allSettled(records.map((record) => outcomes.get(record)));
        expect(settled.map(({ status }) => status === 'rejected')).toEqual(
          records.map(({ stream }) => stream === 'b'),
        );
      }),
    );
  });
});

describe('a record', () => {
  it('has its item with bytes as bytes, which JSON has as base64', () => {
    const sealed = { B: Buffer.from([1, 2, 255]).toString('base64') };
    const NewImage = { pk: { S: 't#usage#d' }, events: { L: [{ M: { sealed, count: { N: '2' } } }] } };

    expect(itemOf({ dynamodb: { NewImage } })).toEqual({
      pk: 't#usage#d',
      events: [{ sealed: expect.any(Uint8Array), count: 2 }],
    });
    expect(itemOf({ dynamodb: { NewImage } })).toHaveProperty('events.0.sealed', Buffer.from([1, 2, 255]));
  });

  it('of a snapshot is not a commit', () => {
    const keyed = (sk: string) => ({ dynamodb: { Keys: { sk: { S: sk } }, NewImage: {} } });

    expect(isCommit({ ...keyed(versionKey(100)), eventName: 'INSERT' })).toBe(true);
    expect(isCommit({ ...keyed(snapshotKey(100)), eventName: 'INSERT' })).toBe(false);
    expect(isCommit({ ...keyed(versionKey(100)), eventName: 'REMOVE' })).toBe(false);
  });
});
