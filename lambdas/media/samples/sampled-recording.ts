import { ByteReader } from '../decoding/byte-reader.ts';
import { type ChannelOrder, type Mix, mixOf, waveOrder } from '../decoding/mix.ts';
import type { ObjectReader } from '../decoding/object-reader.ts';
import type { Recording } from '../decoding/recording.ts';
import { unreadable } from '../decoding/unreadable.ts';
import type { SampleBlocks } from './sample-blocks.ts';

/** The sound of a file, as its header describes it. */
export interface SampledAudio {
  /** Samples a second. */
  readonly sampleRate: number;
  readonly blocks: SampleBlocks;
  /** {@link waveOrder} when absent. */
  readonly order?: ChannelOrder | undefined;
  /** Offset and size of the blocks in bytes. */
  readonly at: number;
  readonly bytes: number;
  /** Frames as the header counts them, where the last block may be filled up. */
  readonly frames?: number | undefined;
}

/** Bytes decoded at once, at least a block. */
const pieceBytes = 64 * 1024;

/**
 * A recording of samples in blocks.
 * @throws DomainError `unsupported-media` when there are none
 */
export function sampledRecording(object: ObjectReader, audio: SampledAudio): Recording {
  const { sampleRate, blocks, order = waveOrder } = audio;
  const total = framesIn(audio);
  if (total === 0) throw unreadable('it has no sound. Check that it plays, and upload it again.');
  return {
    codec: blocks.codec,
    seconds: total / sampleRate,
    sampleRate,
    channels: blocks.channels,
    decodable: true,
    async *samples(from, channel) {
      const start = Math.round(from * sampleRate);
      const skipped = Math.floor(start / blocks.blockFrames);
      const at = audio.at + skipped * blocks.blockBytes;
      const bytes = audio.bytes - skipped * blocks.blockBytes;
      if (start >= total) return;
      let skip = start - skipped * blocks.blockFrames;
      let left = total - start;
      const mix = mixOf(blocks.channels, order, channel);
      for await (const piece of decodedBlocks(object.pieces(at), { blocks, mix }, bytes)) {
        const wanted = piece.subarray(skip, skip + left);
        skip = Math.max(0, skip - piece.length);
        left -= wanted.length;
        if (wanted.length > 0) yield wanted;
        if (left <= 0) return;
      }
    },
  };
}

/** Frames that the bytes hold, or fewer, where the header says that the last block is not full. */
export function framesIn({ blocks, bytes, frames }: SampledAudio): number {
  const whole = Math.floor(bytes / blocks.blockBytes);
  const held = whole * blocks.blockFrames + blocks.framesOfPart(bytes - whole * blocks.blockBytes);
  const isPlausible = frames !== undefined && frames <= held && frames > held - blocks.blockFrames;
  return isPlausible ? frames : held;
}

/**
 * The samples from any block on.
 * @param pieces of the file from that block on, of any size
 * @param bytes to decode
 */
export async function* decodedBlocks(
  pieces: AsyncIterable<Uint8Array>,
  { blocks, mix }: { readonly blocks: SampleBlocks; readonly mix: Mix },
  bytes: number,
): AsyncGenerator<Float32Array> {
  const reader = new ByteReader(pieces);
  const wholeBlocks = Math.max(1, Math.floor(pieceBytes / blocks.blockBytes)) * blocks.blockBytes;
  for (let left = bytes; left > 0; ) {
    const piece = await reader.read(Math.min(left, wholeBlocks));
    if (!piece) throw new Error(`The object ended ${left} bytes before the size that S3 reported`);
    yield blocks.decode(piece, mix);
    left -= piece.length;
  }
}
