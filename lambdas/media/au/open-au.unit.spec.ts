import { describe, expect, it } from 'vitest';
import { collected } from '../../testing/audio.ts';
import { readerOf, refusal } from '../../testing/recordings.ts';
import { type AuFile, anAu } from '../../testing/sampled-files.ts';
import { expectedSamples, samples } from '../../testing/samples.ts';
import { openAu } from './open-au.ts';

const read = async (file: Buffer) => [...(await collected((await openAu(readerOf(file))).samples(0)))];
const valid = anAu({ encoding: 3, data: samples.big.int16 });

describe('an AU file', () => {
  it.each<[string, AuFile]>([
    ['8-bit', { encoding: 2, data: samples.int8 }],
    ['16-bit', { encoding: 3, data: samples.big.int16 }],
    ['24-bit', { encoding: 4, data: samples.big.int24 }],
    ['32-bit', { encoding: 5, data: samples.big.int32 }],
    ['float', { encoding: 6, data: samples.big.float32 }],
    ['double', { encoding: 7, data: samples.big.float64 }],
    ['an unknown size', { encoding: 3, size: 0xffff_ffff, data: samples.big.int16 }],
    ['no size', { encoding: 3, size: 0, data: samples.big.int16 }],
  ])('of %s is decoded', async (_, file) => {
    expect(await read(anAu(file))).toEqual(expectedSamples);
  });

  it('has A-law and µ-law, and ends where its header says', async () => {
    expect(await read(anAu({ encoding: 1, data: Buffer.from([0xff, 0x80]) }))).toEqual([0, 0.9803466796875]);
    expect(await read(anAu({ encoding: 27, size: 1, data: Buffer.from([0xd5, 0]) }))).toEqual([
      0.000244140625,
    ]);
  });

  it.each([
    ['another beginning', Buffer.from('RIFF and more of it'), 'does not begin as an AU file'],
    ['a cut header', valid.subarray(0, 20), 'ends before any audio'],
    ['G.721', anAu({ encoding: 23, data: samples.int8 }), 'its audio is G.721 ADPCM'],
    ['an unknown encoding', anAu({ encoding: 99, data: samples.int8 }), 'its audio is encoding 99'],
    ['no rate', anAu({ encoding: 3, rate: 0, data: samples.int8 }), '0 Hz'],
    ['many channels', anAu({ encoding: 3, channels: 99, data: samples.int8 }), '99 channels'],
    ['sound in its header', anAu({ encoding: 3, at: 8, data: samples.int8 }), 'begins at byte 8'],
    ['sound after its end', anAu({ encoding: 3, at: 9999, data: samples.int8 }), 'it has no sound'],
  ])('is refused for %s, with the reason', async (_, file, reason) => {
    expect(await refusal(read(file))).toContain(reason);
  });
});
