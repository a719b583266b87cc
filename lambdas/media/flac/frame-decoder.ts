import { crc16 } from '../signatures/flac-crc.ts';
import { type FlacHeader, parseFlacHeader } from '../signatures/flac-header.ts';
import { Bits, type Samples } from './bits.ts';
import type { StreamInfo } from './stream-info.ts';
import { readSubframe } from './subframe.ts';

export interface Frame {
  readonly header: FlacHeader;
  /** Mixed to one channel, from -1 to 1. */
  readonly samples: Float32Array;
  /** Bytes of the frame. */
  readonly bytes: number;
}

/** Bytes after a frame that {@link Bits} may look at. */
const spareBytes = 8;
const difference = { leftSide: 8, sideRight: 9, midSide: 10 } as const;
/** Samples of more bits need more than 32 for the differences of their differences. */
const maxNarrowBits = 25;

/**
 * Decodes frames of FLAC (RFC 9639), each as its own header says. This is no library, because those under a licence we can use load their
 * WebAssembly from a file beside them, which a bundle does not have, and replace `fetch`.
 */
export class FrameDecoder {
  readonly #info: Pick<StreamInfo, 'bits'>;
  #held: Uint8Array = new Uint8Array(0);
  #channels: readonly Samples[] = [];

  /** @param info has the bits of a sample where frames do not */
  constructor(info: Pick<StreamInfo, 'bits'>) {
    this.#info = info;
  }

  /** Bytes that the frame at an offset can have at most; undefined when there is no header. */
  maxBytes(bytes: Uint8Array, at: number): number | undefined {
    const header = parseFlacHeader(bytes, at);
    if (!header) return undefined;
    const bits = (header.bits ?? this.#info.bits) + residualBits;
    return Math.ceil((header.samples * header.channels * bits) / 8) + headersBytes;
  }

  /** @returns undefined when the bytes at the offset are not a whole and intact frame */
  decode(bytes: Uint8Array, at: number): Frame | undefined {
    const header = parseFlacHeader(bytes, at);
    if (!header) return undefined;
    const length = Math.min(this.maxBytes(bytes, at) ?? 0, bytes.length - at);
    const from = new Bits(this.#hold(bytes.subarray(at, at + length)), header.bytes, length);
    const { assignment, samples } = header;
    const bits = header.bits ?? this.#info.bits;
    const channels = this.#channelsFor(header, bits);
    for (const [index, channel] of channels.entries()) {
      const isSide =
        assignment === difference.sideRight ? index === 0 : assignment >= difference.leftSide && index === 1;
      if (!readSubframe(from, bits + (isSide ? 1 : 0), channel.subarray(0, samples))) return undefined;
    }
    from.align();
    const end = from.position / 8;
    const sum = from.unsigned(16);
    if (from.isOver || sum !== crc16(this.#held, 0, end)) return undefined;
    return { header, samples: mixToMono(header, bits, channels), bytes: end + 2 };
  }

  /** A view of a copy of the bytes, with spare ones after them. */
  #hold(bytes: Uint8Array): DataView {
    const size = bytes.length + spareBytes;
    if (this.#held.length < size) this.#held = new Uint8Array(2 * size);
    this.#held.set(bytes);
    this.#held.fill(0, bytes.length, size);
    return new DataView(this.#held.buffer);
  }

  /** Room for the samples of a frame; that of the frame before where it suffices. */
  #channelsFor({ channels, samples }: FlacHeader, bits: number): readonly Samples[] {
    const isWide = bits > maxNarrowBits;
    const [first] = this.#channels;
    const fits = first && first.length >= samples && first instanceof Float64Array === isWide;
    if (!fits || this.#channels.length !== channels) {
      const make = () => (isWide ? new Float64Array(samples) : new Int32Array(samples));
      this.#channels = Array.from({ length: channels }, make);
    }
    return this.#channels;
  }
}

/**
 * Bits of a stored sample beyond those of a sample, at most: one for a difference of channels, four for differences of the fourth order, and
 * some for encoders that waste them.
 */
const residualBits = 8;
/** Bytes of the headers of a frame and of its subframes, and more. */
const headersBytes = 64;

function mixToMono(header: FlacHeader, bits: number, channels: readonly Samples[]): Float32Array {
  const { assignment, samples: count } = header;
  const scale = 1 / (channels.length * 2 ** (bits - 1));
  const mix = new Float32Array(count);
  const [a, b] = channels;
  if (!a) return mix;
  if (!b) {
    for (let at = 0; at < count; at += 1) mix[at] = (a[at] ?? 0) * scale;
  } else if (channels.length === 2) {
    // The sum of left and right, from the two channels that are stored (RFC 9639 §4.2).
    const [first, second] = sumWeights[assignment] ?? [1, 1];
    const odd = assignment === difference.midSide ? 1 : 0;
    for (let at = 0; at < count; at += 1) {
      const other = b[at] ?? 0;
      mix[at] = (first * (a[at] ?? 0) + second * other + (other & odd)) * scale;
    }
  } else {
    for (const channel of channels) {
      for (let at = 0; at < count; at += 1) mix[at] = (mix[at] ?? 0) + (channel[at] ?? 0) * scale;
    }
  }
  return mix;
}

/** Weights of the two channels in the sum of left and right: 2 left - side, side + 2 right, 2 mid. */
const sumWeights: Readonly<Record<number, readonly [number, number]>> = {
  [difference.leftSide]: [2, -1],
  [difference.sideRight]: [1, 2],
  [difference.midSide]: [2, 0],
};
