import { crc8 } from './flac-crc.ts';

/** The header of a FLAC frame (RFC 9639 §9.1). */
export interface FlacHeader {
  /** The blocking strategy bit: the number is of the frame's first sample. Older encoders leave it unset. */
  readonly isVariable: boolean;
  /** Number of the frame, or of its first sample. */
  readonly number: number;
  readonly samples: number;
  /** Undefined where the stream information has it; so are the bits of a sample. */
  readonly sampleRate: number | undefined;
  readonly bits: number | undefined;
  readonly channels: number;
  /** How the channels are stored: 0 to 7 independently, 8 to 10 as one of them and their difference. */
  readonly assignment: number;
  /** Bytes of the header. */
  readonly bytes: number;
}

/** By code; where there is none, the stream information has it, or the code is reserved. */
const sampleBits: readonly (number | undefined)[] = [undefined, 8, 12, undefined, 16, 20, 24, 32];
const reservedBits = 3;
const sampleRates: readonly (number | undefined)[] = [
  undefined,
  88_200,
  176_400,
  192_000,
  8000,
  16_000,
  22_050,
  24_000,
  32_000,
  44_100,
  48_000,
  96_000,
];
/** Codes of rates that follow in the header: thousands in one byte, or in two bytes as they are, or tens. */
const written = { thousands: 12, ones: 13, tens: 14, invalid: 15 } as const;
const maxAssignment = 10;
/** Bytes of the header, at most. */
export const maxHeaderBytes = 16;

/** @returns undefined when the bytes are no header */
export function parseFlacHeader(bytes: Uint8Array, at: number): FlacHeader | undefined {
  const [a = 0, b = 0, c = 0, d = 0] = bytes.subarray(at, at + 4);
  if (a !== 0xff || (b & 0xfe) !== 0xf8 || (d & 1) !== 0) return undefined;
  const assignment = d >> 4;
  const [blockCode, rateCode, bitsCode] = [c >> 4, c & 15, (d >> 1) & 7];
  if (assignment > maxAssignment || bitsCode === reservedBits) return undefined;
  if (blockCode === 0 || rateCode === written.invalid) return undefined;
  const number = codedNumber(bytes, at + 4);
  if (!number) return undefined;
  let end = at + 4 + number.bytes;
  const next = (count: number) => {
    let value = 0;
    for (; count > 0; count -= 1, end += 1) value = value * 256 + (bytes[end] ?? 0);
    return value;
  };
  const samples = blockSamples(blockCode) ?? next(blockCode - 5) + 1;
  let sampleRate = sampleRates[rateCode];
  if (rateCode === written.thousands) sampleRate = 1000 * next(1);
  else if (rateCode > written.thousands) sampleRate = next(2) * (rateCode === written.tens ? 10 : 1);
  if (end >= bytes.length || crc8(bytes, at, end) !== bytes[end]) return undefined;
  return {
    isVariable: (b & 1) !== 0,
    number: number.value,
    samples,
    sampleRate,
    bits: sampleBits[bitsCode],
    channels: assignment < 8 ? assignment + 1 : 2,
    assignment,
    bytes: end + 1 - at,
  };
}

/** Undefined where the number of samples is in the header's next byte, or the next two. */
function blockSamples(code: number): number | undefined {
  if (code === 1) return 192;
  if (code <= 5) return 144 << code;
  return code >= 8 ? 1 << code : undefined;
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
