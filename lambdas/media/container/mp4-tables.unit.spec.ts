import { describe, expect, it } from 'vitest';
import { memoryObjects } from '../../testing/memory-objects.ts';
import { fixture, opened, refusal } from '../../testing/recordings.ts';
import { ObjectReader } from '../decoding/object-reader.ts';
import { checkedRange } from './fragment-runs.ts';
import { ReadBudget } from './read-budget.ts';

const refused = (file: Uint8Array) => refusal(opened(file, 'audio/mp4'));

/** A file with a changed number in one of its tables, at an offset from the table's name. */
function changed(name: string, table: string, at: number, value: number): Buffer {
  const file = Buffer.from(fixture(name));
  file.writeUInt32BE(value, file.indexOf(table) + at);
  return file;
}

describe('the reader of MP4 tables refuses what a function cannot process', () => {
  it.each([
    ['thousands of millions of samples in a chunk', changed('flac.mp4', 'stsc', 16, 0xffff_0000)],
    ['no samples in a chunk', changed('flac.mp4', 'stsc', 16, 0)],
    ['a chunk that does not exist', changed('pcm.mov', 'stsc', 12, 0xffff_0000)],
    ['more times than a function holds', changed('flac.mp4', 'stts', 8, 450_001)],
    ['more sizes than a function holds', changed('flac.mp4', 'stsz', 12, 750_001)],
    ['tables that extend beyond the file', changed('aac.m4a', 'moov', -4, 0x7fff_ffff)],
  ])('%s', async (_, file) => {
    // Counting through them would take hours, and so exceed the time limit of the test.
    expect(await refused(file)).toMatch(/^unsupported-media: .*its tables/);
  });

  it('a run of samples without bytes, at any place', async () => {
    const file = Buffer.alloc(200_000);
    const at = 99_997;
    file.write('trun', at, 'latin1');
    file.writeUInt32BE(0x0000_0001, at + 4);
    file.writeUInt32BE(0xf000_0000, at + 8);
    const objects = memoryObjects();
    objects.write('file', file);
    const object = new ObjectReader(objects, 'file', file.length);

    for (const [from, to] of [[0, 100_000] as const, [100_000, 200_000] as const, [0, 200_000] as const]) {
      expect(await refusal(checkedRange(object, from, to))).toContain('its fragments contradict its size');
    }
    expect(await checkedRange(object, 10, 20)).toEqual(file.subarray(10, 20));
    expect(await checkedRange(object, 150_000, 300_000)).toEqual(file.subarray(150_000));
  });

  it('a file without sound, after a bounded number of reads', () => {
    const budget = new ReadBudget();
    for (let read = 0; read < 100; read += 1) {
      budget.spend(1024 * 1024);
      if (read % 10 === 0) budget.reset();
    }
    expect(() => budget.spend(100 * 1024 * 1024)).toThrow('there is no sound in');
  });
});
