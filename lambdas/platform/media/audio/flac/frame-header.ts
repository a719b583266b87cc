import type { StreamInfo } from './stream-info.ts';

/** What stands before each frame. Source: RFC 9639 §9.1. */
export interface FrameHeader {
  /** Number of its first sample in the stream. */
  readonly sample: number;
  /** Samples of each channel. */
  readonly size: number;
  /** As it is coded: 0 to 7 for as many channels and one, 8 to 10 for two of which one is a difference. */
  readonly channels: number;
  readonly bits: number;
  /** Place of the first byte behind it. */
  readonly end: number;
}

/** Bytes of the longest header. */
export const headerBytesMost = 16;

/** Bits of a sample by their code; 0: as STREAMINFO says. */
const depths = [0, 8, 12, undefined, 16, 20, 24, 32] as const;

/** @returns undefined when no frame of this stream begins there */
export function frameHeaderAt(bytes: Uint8Array, at: number, info: StreamInfo): FrameHeader | undefined {
  if (bytes[at] !== 0xff || ((bytes[at + 1] ?? 0) & 0xfe) !== 0xf8) return undefined;
  const sizes = bytes[at + 2] ?? 0;
  const kinds = bytes[at + 3] ?? 0;
  const channels = kinds >> 4;
  const depth = depths[(kinds >> 1) & 7];
  if ((sizes & 15) === 15 || channels > 10 || depth === undefined || (kinds & 1) === 1) return undefined;
  const coded = codedNumber(bytes, at + 4);
  if (!coded) return undefined;
  const size = frameSize(bytes, coded.end, sizes >> 4);
  if (!size) return undefined;
  const rate = sizes & 15;
  const end = size.end + (rate === 12 ? 1 : rate >= 13 ? 2 : 0);
  if (end >= bytes.length || crc8(bytes, at, end) !== bytes[end]) return undefined;
  const isVariable = ((bytes[at + 1] ?? 0) & 1) === 1;
  const sample = isVariable ? coded.value : coded.value * info.minBlock;
  if (info.total > 0 && sample >= info.total) return undefined;
  return { sample, size: size.size, channels, bits: depth || info.bits, end: end + 1 };
}

function frameSize(bytes: Uint8Array, at: number, code: number): { size: number; end: number } | undefined {
  if (code === 0) return undefined;
  if (code === 1) return { size: 192, end: at };
  if (code <= 5) return { size: 144 << code, end: at };
  if (code === 6) return { size: (bytes[at] ?? 0) + 1, end: at + 1 };
  if (code === 7) return { size: ((bytes[at] ?? 0) << 8) + (bytes[at + 1] ?? 0) + 1, end: at + 2 };
  return { size: 1 << code, end: at };
}

/** A number of up to 36 bits, written as UTF-8 writes characters. */
function codedNumber(bytes: Uint8Array, at: number): { value: number; end: number } | undefined {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return { value: first, end: at + 1 };
  const length = Math.clz32(~(first << 24));
  if (length < 2 || length > 7) return undefined;
  let value = length === 7 ? 0 : first & (0x7f >> length);
  for (let next = at + 1; next < at + length; next += 1) {
    const byte = bytes[next] ?? 0;
    if (byte >> 6 !== 2) return undefined;
    value = value * 64 + (byte & 63);
  }
  return { value, end: at + length };
}

/** Polynomial x^8 + x^2 + x + 1. Source: RFC 9639 §9.1.8. */
function crc8(bytes: Uint8Array, from: number, to: number): number {
  let crc = 0;
  for (let at = from; at < to; at += 1) {
    crc ^= bytes[at] ?? 0;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 0x80 ? ((crc << 1) ^ 0x07) & 0xff : (crc << 1) & 0xff;
  }
  return crc;
}
