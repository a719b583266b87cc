import { describe, expect, it } from 'vitest';
import { collected } from '../../testing/audio.ts';
import { readerOf, refusal } from '../../testing/recordings.ts';
import { aCaf, type CafFile } from '../../testing/sampled-files.ts';
import { expectedSamples, samples } from '../../testing/samples.ts';
import { openCaf } from './open-caf.ts';

const read = async (file: Buffer) => [...(await collected((await openCaf(readerOf(file))).samples(0)))];
const [float, little] = [1, 2];
const valid = aCaf({ data: samples.big.int16 });

describe('a Core Audio file', () => {
  it.each<[string, CafFile]>([
    ['8-bit', { bits: 8, data: samples.int8 }],
    ['16-bit', { data: samples.big.int16 }],
    ['little-endian 16-bit', { flags: little, data: samples.little.int16 }],
    ['24-bit', { bits: 24, data: samples.big.int24 }],
    ['little-endian 24-bit', { bits: 24, flags: little, data: samples.little.int24 }],
    ['20-bit', { bits: 20, frameBytes: 3, data: samples.big.int24 }],
    ['32-bit', { bits: 32, data: samples.big.int32 }],
    ['little-endian 32-bit', { bits: 32, flags: little, data: samples.little.int32 }],
    ['float', { bits: 32, flags: float, data: samples.big.float32 }],
    ['little-endian double', { bits: 64, flags: float | little, data: samples.little.float64 }],
    ['a size of -1', { size: -1, data: samples.big.int16 }],
    ['a size larger than the file', { size: 2_000_000_000, data: samples.big.int16 }],
  ])('of %s is decoded', async (_, file) => {
    expect(await read(aCaf(file))).toEqual(expectedSamples);
  });

  it('has A-law and µ-law', async () => {
    expect(await read(aCaf({ codec: 'ulaw', bits: 8, data: Buffer.from([0xff]) }))).toEqual([0]);
    expect(await read(aCaf({ codec: 'alaw', bits: 8, data: Buffer.from([0xd5]) }))).toEqual([0.000244140625]);
  });

  it.each([
    ['another beginning', Buffer.from('RIFF and more of it'), 'does not begin as a Core Audio file'],
    ['a cut description', valid.subarray(0, 30), 'cut short inside its "desc" chunk'],
    ['no sound', valid.subarray(0, 60), 'ends before any audio'],
    ['AAC', aCaf({ codec: 'aac ', data: samples.int8 }), 'its audio is "aac "'],
    ['no rate', aCaf({ rate: 0, data: samples.int8 }), '0 Hz'],
    ['a rate that is no number', aCaf({ rate: Number.NaN, data: samples.int8 }), 'NaN Hz'],
    ['many channels', aCaf({ channels: 99, data: samples.int8 }), '99 channels'],
    ['16-bit floats', aCaf({ flags: float, data: samples.int8 }), 'floats of 16 bits'],
    ['frames that cannot be', aCaf({ frameBytes: 3, data: samples.int8 }), 'contradicts itself'],
  ])('is refused for %s, with the reason', async (_, file, reason) => {
    expect(await refusal(read(file))).toContain(reason);
  });
});
