import type { Mix } from '../decoding/mix.ts';
import { decodePcm, type PcmCodec, sampleBytes } from '../decoding/pcm.ts';

/**
 * How a file holds its samples: in blocks of one size, each decoded by itself, so that sound can be read from any block on. A block
 * of PCM is a frame, which is one sample of every channel; a block of ADPCM has some thousand.
 */
export interface SampleBlocks {
  /** As in a recording's description. */
  readonly codec: string;
  readonly channels: number;
  readonly blockBytes: number;
  /** Frames of a whole block. */
  readonly blockFrames: number;
  /** Frames that can be decoded of a last block which is cut short. */
  framesOfPart(bytes: number): number;
  /** The samples of blocks, of which the last may be cut short, from -1 to 1. */
  decode(blocks: Uint8Array, mix: Mix): Float32Array;
}

/** Blocks of PCM, and of G.711, which also has a code for each sample. */
export function pcmBlocks(codec: PcmCodec, channels: number): SampleBlocks {
  return {
    codec: codec === 'ulaw' || codec === 'alaw' ? codec : 'pcm',
    channels,
    blockBytes: channels * sampleBytes(codec),
    blockFrames: 1,
    framesOfPart: () => 0,
    decode: (blocks, mix) => decodePcm(blocks, codec, mix),
  };
}
