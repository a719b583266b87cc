import { type Mix, mixOf, waveOrder } from '../decoding/mix.ts';
import { crc16 } from '../signatures/flac-crc.ts';
import { type FlacHeader, parseFlacHeader } from '../signatures/flac-header.ts';
import { Bits, type Samples } from './bits.ts';
import type { StreamInfo } from './stream-info.ts';
import { readSubframe } from './subframe.ts';

export interface Frame {
  readonly header: FlacHeader;
  /** One channel, or all of them mixed, from -1 to 1. */
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
  readonly #channel: number | undefined;
  #held: Uint8Array = new Uint8Array(0);
  #channels: readonly Samples[] = [];

  /**
   * @param info has the bits of a sample where frames do not
   * @param channel from 0; all channels, mixed, when absent
   */
  constructor(info: Pick<StreamInfo, 'bits'>, channel?: number) {
    this.#info = info;
    this.#channel = channel;
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
    // A frame may have fewer channels than the first one.
    const channel = this.#channel === undefined ? undefined : Math.min(this.#channel, channels.length - 1);
    const mix = mixOf(channels.length, waveOrder, channel);
    return { header, samples: mixedFrame(header, { bits, channels, mix }), bytes: end + 2 };
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

interface Subframes {
  readonly bits: number;
  readonly channels: readonly Samples[];
  readonly mix: Mix;
}

function mixedFrame(
  { assignment, samples: count }: FlacHeader,
  { bits, channels, mix }: Subframes,
): Float32Array {
  const weights = storedWeights(assignment, mix);
  const scale = 1 / 2 ** (bits - 1);
  const mixed = new Float32Array(count);
  for (const [place, channel] of channels.entries()) {
    const weight = (weights[place] ?? 0) * scale;
    if (weight === 0) continue;
    for (let at = 0; at < count; at += 1) mixed[at] = (mixed[at] ?? 0) + weight * (channel[at] ?? 0);
  }
  if (assignment !== difference.midSide) return mixed;
  // The last bit of the sum of left and right is that of their difference, so it is not stored.
  const half = ((weights[0] ?? 0) * scale) / 2;
  const side = channels[1] ?? [];
  for (let at = 0; at < count; at += 1) mixed[at] = (mixed[at] ?? 0) + half * ((side[at] ?? 0) & 1);
  return mixed;
}

/**
 * Weights of the channels that are stored, by those of left and right (RFC 9639 §4.2). A side is left - right, and the middle half of their
 * sum.
 */
function storedWeights(assignment: number, mix: Mix): Mix {
  const [left = 0, right = 0] = mix;
  switch (assignment) {
    case difference.leftSide:
      return [left + right, -right];
    case difference.sideRight:
      return [left, left + right];
    case difference.midSide:
      return [left + right, (left - right) / 2];
    default:
      return mix;
  }
}
