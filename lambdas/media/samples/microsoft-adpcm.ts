import { type BlockDecoder, decodeBlocks } from './ima-adpcm.ts';
import type { SampleBlocks } from './sample-blocks.ts';

/**
 * Microsoft's ADPCM: four bits a sample, which correct a prediction from the two samples before. Source: Microsoft, "New Multimedia
 * Data Types and Data Techniques", revision 3.0, "Microsoft ADPCM".
 */

/** How a code changes the size of the next step, in 256ths. */
const adaptations = [230, 230, 230, 230, 307, 409, 512, 614, 768, 614, 512, 409, 307, 230, 230, 230] as const;
/** The predictors that every file has, as weights in 256ths of the last sample and of the one before it. */
const predictors: readonly (readonly [number, number])[] = [
  [256, 0],
  [512, -256],
  [0, 0],
  [192, 64],
  [240, 0],
  [460, -208],
  [392, -232],
];
const minStep = 16;
/** Damaged bytes make steps grow without end; no step of valid ones is larger. */
const maxStep = 0x10_0000;
/** Bytes of a channel's header in a block, which holds two samples. */
const headBytes = 7;

export function microsoftBlocks(channels: number, blockBytes: number): SampleBlocks {
  const framesOf = (bytes: number) =>
    bytes < headBytes * channels ? 0 : 2 + Math.floor((2 * (bytes - headBytes * channels)) / channels);

  const decodeBlock: BlockDecoder = (block, samples, mix) => {
    for (const [channel, weight] of mix.entries()) {
      if (weight === 0) continue;
      const [lastWeight, weightBefore] = predictors[block.getUint8(channel)] ?? [0, 0];
      let step = block.getInt16(channels + 2 * channel, true);
      let last = block.getInt16(3 * channels + 2 * channel, true);
      let before = block.getInt16(5 * channels + 2 * channel, true);
      const add = (frame: number, sample: number) => {
        samples[frame] = (samples[frame] ?? 0) + (weight * sample) / 0x8000;
      };
      add(0, before);
      add(1, last);
      for (let frame = 2; frame < samples.length; frame += 1) {
        const place = (frame - 2) * channels + channel;
        const byte = block.getUint8(headBytes * channels + (place >> 1));
        const code = place % 2 === 0 ? byte >> 4 : byte & 15;
        const predicted = Math.trunc((last * lastWeight + before * weightBefore) / 256);
        const sample = predicted + (code >= 8 ? code - 16 : code) * step;
        before = last;
        last = Math.max(-0x8000, Math.min(0x7fff, sample));
        step = Math.max(minStep, Math.min(maxStep, ((adaptations[code] ?? 0) * step) >> 8));
        add(frame, last);
      }
    }
  };
  return {
    codec: 'adpcm',
    channels,
    blockBytes,
    blockFrames: framesOf(blockBytes),
    framesOfPart: framesOf,
    decode: (blocks, mix) => decodeBlocks(blocks, mix, { blockBytes, framesOf, decodeBlock }),
  };
}
