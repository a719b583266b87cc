import { crc8 } from './crc.ts';
import type { StreamInfo } from './stream-info.ts';

/** The header of a FLAC frame (RFC 9639 §9.1). */
export interface FrameHeader {
  /** Number in the recording of its first sample. */
  readonly first: number;
  readonly samples: number;
  /** How the channels are stored: 0 to 7 independently, 8 to 10 as one of them and their difference. */
  readonly assignment: number;
  readonly bits: number;
  /** Bytes of the header. */
  readonly bytes: number;
}

const sampleBits: readonly number[] = [0, 8, 12, 0, 16, 20, 24, 0];
const maxAssignments = 10;

/** @returns undefined when the bytes are not a header of this stream */
export function parseFrameHeader(bytes: Uint8Array, at: number, info: StreamInfo): FrameHeader | undefined {
  const [a = 0, b = 0, c = 0, d = 0] = bytes.subarray(at, at + 4);
  if (a !== 0xff || (b & 0xfe) !== 0xf8 || (d & 1) !== 0) return undefined;
  const assignment = d >> 4;
  const channels = assignment < 8 ? assignment + 1 : 2;
  const bits = (d >> 1) & 7 ? (sampleBits[(d >> 1) & 7] ?? 0) : info.bits;
  const blockCode = c >> 4;
  const rateCode = c & 15;
  if (assignment > maxAssignments || channels !== info.channels || bits === 0) return undefined;
  if (blockCode === 0 || rateCode === 15) return undefined;
  const number = codedNumber(bytes, at + 4);
  if (!number) return undefined;
  let end = at + 4 + number.bytes;
  let samples = 0;
  if (blockCode === 1) samples = 192;
  else if (blockCode <= 5) samples = 144 << blockCode;
  else if (blockCode >= 8) samples = 1 << blockCode;
  else {
    samples = (bytes[end] ?? 0) + 1;
    end += 1;
    if (blockCode === 7) {
      samples = (samples - 1) * 256 + (bytes[end] ?? 0) + 1;
      end += 1;
    }
  }
  end += rateCode === 12 ? 1 : rateCode > 12 ? 2 : 0;
  if (samples > info.mostBlock || crc8(bytes, at, end) !== bytes[end]) return undefined;
  const isVariable = (b & 1) !== 0;
  const first = isVariable ? number.value : number.value * info.mostBlock;
  return { first, samples, assignment, bits, bytes: end + 1 - at };
}

/** A number of up to 36 bits in the coding of UTF-8. */
function codedNumber(bytes: Uint8Array, at: number): { value: number; bytes: number } | undefined {
  const head = bytes[at] ?? 0;
  if (head < 0x80) return { value: head, bytes: 1 };
  const length = Math.clz32(~(head << 24));
  if (length < 2 || length > 7) return undefined;
  let value = length === 7 ? 0 : head & (0x7f >> length);
  for (let index = 1; index < length; index += 1) {
    const byte = bytes[at + index] ?? 0;
    if (byte >> 6 !== 2) return undefined;
    value = value * 64 + (byte & 0x3f);
  }
  return { value, bytes: length };
}
