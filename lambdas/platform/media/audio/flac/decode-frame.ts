import { BitReader } from './bit-reader.ts';
import { type FrameHeader, frameHeaderAt } from './frame-header.ts';
import type { StreamInfo } from './stream-info.ts';
import { DamagedFrameError, readSubframe } from './subframe.ts';

export interface DecodedFrame {
  /** Number of the first sample in the stream. */
  readonly at: number;
  /** All channels mixed into one, from -1 to 1. */
  readonly samples: Float32Array;
  /** Place of the first byte behind the frame. */
  readonly end: number;
}

/**
 * Decodes the frame that begins at a place. Source: RFC 9639 §9.
 * @throws DamagedFrameError when none begins there, or a broken one; BytesEndedError when its end is missing
 */
export function decodeFrame(bytes: Uint8Array, at: number, info: StreamInfo): DecodedFrame {
  const header = frameHeaderAt(bytes, at, info);
  if (!header) throw new DamagedFrameError('No frame begins here');
  const reader = new BitReader(bytes, header.end);
  const count = header.channels < 8 ? header.channels + 1 : 2;
  const channels = Array.from({ length: count }, (_, channel) =>
    readSubframe(reader, header.bits + (isDifference(header, channel) ? 1 : 0), header.size),
  );
  reader.align();
  const end = reader.byte;
  if (crc16(bytes, at, end) !== reader.unsigned(16)) throw new DamagedFrameError('Its checksum is another');
  return { at: header.sample, samples: mix(header, channels), end: end + 2 };
}

/** Left and side, side and right, middle and side: a side needs a bit more. Source: RFC 9639 §4.2. */
const isDifference = ({ channels }: FrameHeader, channel: number) =>
  channel === 0 ? channels === 9 : channels === 8 || channels === 10;

function mix({ channels: coding, bits, size }: FrameHeader, channels: readonly Float64Array[]): Float32Array {
  const full = 2 ** (bits - 1);
  const samples = new Float32Array(size);
  const [first = samples, second = samples] = channels;
  for (let at = 0; at < size; at += 1) {
    const a = first[at] ?? 0;
    const b = second[at] ?? 0;
    if (coding === 8) samples[at] = (a - b / 2) / full;
    else if (coding === 9) samples[at] = (b + a / 2) / full;
    // The middle was halved, and lost what the side's last bit says.
    else if (coding === 10) samples[at] = (a + (Math.abs(b) % 2) / 2) / full;
    else
      samples[at] = channels.reduce((sum, channel) => sum + (channel[at] ?? 0), 0) / channels.length / full;
  }
  return samples;
}

const crcTable = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 8;
  for (let bit = 0; bit < 8; bit += 1)
    crc = crc & 0x8000 ? ((crc << 1) ^ 0x8005) & 0xffff : (crc << 1) & 0xffff;
  return crc;
});

/** Polynomial x^16 + x^15 + x^2 + 1. Source: RFC 9639 §9.3. */
function crc16(bytes: Uint8Array, from: number, to: number): number {
  let crc = 0;
  for (let at = from; at < to; at += 1) {
    crc = ((crc << 8) & 0xffff) ^ (crcTable[(crc >> 8) ^ (bytes[at] ?? 0)] ?? 0);
  }
  return crc;
}
