import { crc16 } from '../signatures/flac-crc.ts';
import { Bits } from './bits.ts';
import { type FrameHeader, parseFrameHeader } from './frame-header.ts';
import { maxFrameBytes, type StreamInfo } from './stream-info.ts';
import { readSubframe } from './subframe.ts';

export interface Frame {
  /** Number in the recording of its first sample. */
  readonly first: number;
  /** Mixed to one channel, from -1 to 1. */
  readonly samples: Float32Array;
  /** Bytes of the frame. */
  readonly bytes: number;
}

/** Bytes after a frame that {@link Bits} may look at. */
const spareBytes = 8;
const difference = { leftSide: 8, sideRight: 9, midSide: 10 } as const;

/**
 * Decodes frames of FLAC (RFC 9639). This is no library, because those under a licence we can use load their WebAssembly
 * from a file beside them, which a bundle does not have, and replace `fetch`.
 */
export class FrameDecoder {
  readonly #info: StreamInfo;
  readonly #held: Uint8Array;
  readonly #view: DataView;
  readonly #channels: readonly Int32Array[];

  constructor(info: StreamInfo) {
    this.#info = info;
    this.#held = new Uint8Array(maxFrameBytes(info) + spareBytes);
    this.#view = new DataView(this.#held.buffer);
    this.#channels = Array.from({ length: info.channels }, () => new Int32Array(info.mostBlock));
  }

  /** Bytes a frame can have at most. */
  get frameBytes(): number {
    return this.#held.length - spareBytes;
  }

  /** @returns undefined when the bytes at the offset are not a whole and intact frame of the stream */
  decode(bytes: Uint8Array, at: number): Frame | undefined {
    const header = parseFrameHeader(bytes, at, this.#info);
    if (!header) return undefined;
    const length = Math.min(this.frameBytes, bytes.length - at);
    this.#held.set(bytes.subarray(at, at + length));
    this.#held.fill(0, length, length + spareBytes);
    const from = new Bits(this.#view, header.bytes, length);
    const { assignment, bits, samples } = header;
    for (const [index, channel] of this.#channels.entries()) {
      const isSide =
        assignment === difference.sideRight ? index === 0 : assignment >= difference.leftSide && index === 1;
      if (!readSubframe(from, bits + (isSide ? 1 : 0), channel.subarray(0, samples))) return undefined;
    }
    from.align();
    const end = from.position / 8;
    const sum = from.unsigned(16);
    if (from.isOver || sum !== crc16(this.#held, 0, end)) return undefined;
    return { first: header.first, samples: this.#mixToMono(header), bytes: end + 2 };
  }

  #mixToMono({ assignment, bits, samples: count }: FrameHeader): Float32Array {
    const scale = 1 / (this.#channels.length * 2 ** (bits - 1));
    const mix = new Float32Array(count);
    const [a, b] = this.#channels;
    if (!a) return mix;
    if (!b) {
      for (let at = 0; at < count; at += 1) mix[at] = (a[at] ?? 0) * scale;
    } else if (this.#channels.length === 2) {
      // The sum of left and right, from the two channels that are stored (RFC 9639 §4.2).
      const [first, second] = sumWeights[assignment] ?? [1, 1];
      const odd = assignment === difference.midSide ? 1 : 0;
      for (let at = 0; at < count; at += 1) {
        const other = b[at] ?? 0;
        mix[at] = (first * (a[at] ?? 0) + second * other + (other & odd)) * scale;
      }
    } else {
      for (const channel of this.#channels) {
        for (let at = 0; at < count; at += 1) mix[at] = (mix[at] ?? 0) + (channel[at] ?? 0) * scale;
      }
    }
    return mix;
  }
}

/** Weights of the two channels in the sum of left and right: 2 left - side, side + 2 right, 2 mid. */
const sumWeights: Readonly<Record<number, readonly [number, number]>> = {
  [difference.leftSide]: [2, -1],
  [difference.sideRight]: [1, 2],
  [difference.midSide]: [2, 0],
};
