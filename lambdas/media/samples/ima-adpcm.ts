import type { Mix } from '../decoding/mix.ts';
import type { SampleBlocks } from './sample-blocks.ts';

/**
 * IMA ADPCM: four bits a sample, which are steps from the sample before. Source: Interactive Multimedia Association,
 * "Recommended Practices for Enhancing Digital Audio Compatibility in Multimedia Systems", revision 3.00, §6.
 */

const indexChanges = [-1, -1, -1, -1, 2, 4, 6, 8] as const;
const maxIndex = 88;
/** Each step is a tenth larger than the one before; the table is the recommendation's own. */
const steps = [
  7, 8, 9, 10, 11, 12, 13, 14, 16, 17, 19, 21, 23, 25, 28, 31, 34, 37, 41, 45, 50, 55, 60, 66, 73, 80, 88, 97,
  107, 118, 130, 143, 157, 173, 190, 209, 230, 253, 279, 307, 337, 371, 408, 449, 494, 544, 598, 658, 724,
  796, 876, 963, 1060, 1166, 1282, 1411, 1552, 1707, 1878, 2066, 2272, 2499, 2749, 3024, 3327, 3660, 4026,
  4428, 4871, 5358, 5894, 6484, 7132, 7845, 8630, 9493, 10442, 11487, 12635, 13899, 15289, 16818, 18500,
  20350, 22385, 24623, 27086, 29794, 32767,
] as const;

/** One channel's decoder between two samples. */
class ImaChannel {
  #sample: number;
  #index: number;

  constructor(sample: number, index: number) {
    this.#sample = sample;
    this.#index = Math.min(maxIndex, index);
  }

  next(code: number): number {
    const step = steps[this.#index] ?? 0;
    let change = step >> 3;
    if (code & 4) change += step;
    if (code & 2) change += step >> 1;
    if (code & 1) change += step >> 2;
    const sample = this.#sample + (code & 8 ? -change : change);
    this.#sample = Math.max(-0x8000, Math.min(0x7fff, sample));
    this.#index = Math.max(0, Math.min(maxIndex, this.#index + (indexChanges[code & 7] ?? 0)));
    return this.#sample;
  }
}

/** Bytes of a channel's header in a block of WAV, and of its codes before those of the next channel: eight samples. */
const wavHeadBytes = 4;
const groupBytes = 4;
const groupFrames = 8;

/**
 * Blocks of WAV: each begins with a sample of every channel. Source: Microsoft, "New Multimedia Data Types and Data Techniques",
 * revision 3.0, "DVI ADPCM Wave Type".
 */
export function imaWavBlocks(channels: number, blockBytes: number): SampleBlocks {
  const framesOf = (bytes: number) =>
    bytes < wavHeadBytes * channels
      ? 0
      : 1 + groupFrames * Math.floor((bytes - wavHeadBytes * channels) / (groupBytes * channels));
  const blockFrames = framesOf(blockBytes);

  const decodeBlock: BlockDecoder = (block, samples, mix) => {
    for (const [channel, weight] of mix.entries()) {
      if (weight === 0) continue;
      const first = block.getInt16(wavHeadBytes * channel, true);
      const decoder = new ImaChannel(first, block.getUint8(wavHeadBytes * channel + 2));
      samples[0] = (samples[0] ?? 0) + weight * scaled(first);
      for (let frame = 1; frame < samples.length; frame += 1) {
        const code = Math.floor((frame - 1) / 2);
        const group = Math.floor(code / groupBytes);
        const at =
          (wavHeadBytes + group * groupBytes) * channels + channel * groupBytes + (code % groupBytes);
        const byte = block.getUint8(at);
        const sample = decoder.next(frame % 2 === 1 ? byte & 15 : byte >> 4);
        samples[frame] = (samples[frame] ?? 0) + weight * scaled(sample);
      }
    }
  };
  return {
    codec: 'adpcm',
    channels,
    blockBytes,
    blockFrames,
    framesOfPart: framesOf,
    decode: (blocks, mix) => decodeBlocks(blocks, mix, { blockBytes, framesOf, decodeBlock }),
  };
}

/** Bytes and samples of a packet of one channel. */
const packetBytes = 34;
const packetFrames = 64;

/**
 * Packets of AIFC, Core Audio and QuickTime (`ima4`), one of each channel after the other. A packet begins with nine bits of a
 * sample and seven of an index. Source: Apple, Technical Note TN1081, "Understanding the Differences Between Apple and Windows IMA-ADPCM
 * Compressed Sound Files".
 */
export function ima4Blocks(channels: number): SampleBlocks {
  const blockBytes = packetBytes * channels;
  const framesOf = (bytes: number) => (bytes < blockBytes ? 0 : packetFrames);

  const decodeBlock: BlockDecoder = (block, samples, mix) => {
    for (const [channel, weight] of mix.entries()) {
      if (weight === 0) continue;
      const head = block.getUint16(packetBytes * channel);
      const decoder = new ImaChannel(((head & 0xff80) << 16) >> 16, head & 0x7f);
      for (let frame = 0; frame < samples.length; frame += 1) {
        const byte = block.getUint8(packetBytes * channel + 2 + (frame >> 1));
        const sample = decoder.next(frame % 2 === 0 ? byte & 15 : byte >> 4);
        samples[frame] = (samples[frame] ?? 0) + weight * scaled(sample);
      }
    }
  };
  return {
    codec: 'adpcm',
    channels,
    blockBytes,
    blockFrames: packetFrames,
    framesOfPart: () => 0,
    decode: (blocks, mix) => decodeBlocks(blocks, mix, { blockBytes, framesOf, decodeBlock }),
  };
}

const scaled = (sample: number) => sample / 0x8000;

/** Adds the samples of a block's channels, each as the mix weighs it. */
export type BlockDecoder = (block: DataView, samples: Float32Array, mix: Mix) => void;

export interface BlockLayout {
  readonly blockBytes: number;
  /** Frames in a block of so many bytes. */
  framesOf(bytes: number): number;
  readonly decodeBlock: BlockDecoder;
}

/** The samples of blocks in a row. */
export function decodeBlocks(
  blocks: Uint8Array,
  mix: Mix,
  { blockBytes, framesOf, decodeBlock }: BlockLayout,
): Float32Array {
  const whole = Math.floor(blocks.length / blockBytes);
  const blockFrames = framesOf(blockBytes);
  const samples = new Float32Array(whole * blockFrames + framesOf(blocks.length - whole * blockBytes));
  for (let at = 0, frame = 0; frame < samples.length; at += blockBytes, frame += blockFrames) {
    const bytes = Math.min(blockBytes, blocks.length - at);
    const block = new DataView(blocks.buffer, blocks.byteOffset + at, bytes);
    decodeBlock(block, samples.subarray(frame, frame + blockFrames), mix);
  }
  return samples;
}
