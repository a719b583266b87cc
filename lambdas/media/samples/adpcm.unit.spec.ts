import { describe, expect, it } from 'vitest';
import { collected, inPieces } from '../../testing/audio.ts';
import { opened, refusal } from '../../testing/recordings.ts';
import { aWav, chunk } from '../../testing/wav-file.ts';
import { discreteOrder, mixOf } from '../decoding/mix.ts';
import { imaWavBlocks } from './ima-adpcm.ts';
import { microsoftBlocks } from './microsoft-adpcm.ts';
import type { SampleBlocks } from './sample-blocks.ts';
import { decodedBlocks } from './sampled-recording.ts';

const kinds: readonly (readonly [string, (channels: number, bytes: number) => SampleBlocks])[] = [
  ['IMA', imaWavBlocks],
  ['Microsoft', microsoftBlocks],
];
const noise = Buffer.from(Uint8Array.from({ length: 8192 }, (_, at) => (at * at * 31 + at * 7) % 251));

describe.each(kinds)('%s ADPCM', (_, blocksOf) => {
  it.each([1, 2, 3, 8])('of %i channels has as many samples as its blocks hold, from -1 to 1', (channels) => {
    const blocks = blocksOf(channels, 256 * channels);

    for (const bytes of [256 * channels, 3 * 256 * channels, 256 * channels + 100, 5]) {
      const rest = bytes % blocks.blockBytes;
      const frames = Math.floor(bytes / blocks.blockBytes) * blocks.blockFrames + blocks.framesOfPart(rest);
      const samples = blocks.decode(noise.subarray(0, bytes), mixOf(channels, discreteOrder));
      expect(samples).toHaveLength(frames);
      expect(samples.every((sample) => Math.abs(sample) <= 1)).toBe(true);
    }
  });

  it('decodes to the same samples from any block on', async () => {
    const blocks = blocksOf(2, 512);
    const mix = mixOf(2, discreteOrder);
    const whole = blocks.decode(noise.subarray(0, 8 * 512), mix);

    for (const skipped of [0, 1, 7]) {
      const pieces = inPieces(noise.subarray(skipped * 512, 8 * 512), [100]);
      const part = await collected(decodedBlocks(pieces, { blocks, mix }, (8 - skipped) * 512));
      expect(part).toEqual(whole.subarray(skipped * blocks.blockFrames));
    }
  });
});

it('a block of ADPCM that is filled up ends where the count of the header says', async () => {
  const file = (count: number) => {
    const fact = Buffer.alloc(4);
    fact.writeUInt32LE(count);
    const data = noise.subarray(0, 3 * 256);
    return aWav({ tag: 17, bits: 4, frameBytes: 256, data, before: [chunk('fact', fact)] });
  };
  // A block of 256 bytes has 505 samples; a count that the blocks contradict is not used.
  for (const [count, samples] of [
    [1500, 1500],
    [0, 1515],
    [1010, 1515],
    [90_000, 1515],
  ] as const) {
    const { recording } = await opened(file(count), 'audio/wav');
    expect(await collected(recording.samples(0))).toHaveLength(samples);
    expect(await collected(recording.samples(1000 / 16_000))).toHaveLength(samples - 1000);
  }
});

it('a recording without samples is refused', async () => {
  expect(await refusal(opened(aWav({ data: Buffer.alloc(0) }), 'audio/wav'))).toContain('it has no sound');
});
