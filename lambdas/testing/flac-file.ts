import { crc8, crc16 } from '../media/signatures/flac-crc.ts';

/** A frame of FLAC in tests (RFC 9639 §9): verbatim samples, the same in each channel. */
export interface FlacFrame {
  readonly samples: readonly number[];
  /** Number of the frame, or of its first sample. */
  readonly number: number;
  /** The blocking strategy bit. */
  readonly isVariable?: boolean;
  readonly sampleRate?: number;
  readonly bits?: 8 | 16 | 32;
  readonly channels?: number;
}

const bitsCodes = { 8: 1, 16: 4, 32: 7 } as const;

export function flacFrame(frame: FlacFrame): Buffer {
  const { samples, number, isVariable = false, sampleRate = 16_000, bits = 16, channels = 1 } = frame;
  const head = Buffer.of(
    0xff,
    isVariable ? 0xf9 : 0xf8,
    0x7d,
    ((channels - 1) << 4) | (bitsCodes[bits] << 1),
  );
  const sizes = Buffer.alloc(4);
  sizes.writeUInt16BE(samples.length - 1, 0);
  sizes.writeUInt16BE(sampleRate, 2);
  // The number is coded as UTF-8 codes a character.
  const header = Buffer.concat([head, Buffer.from(String.fromCodePoint(number)), sizes]);
  const verbatim = Buffer.alloc(1 + samples.length * (bits / 8), 2);
  for (const [at, sample] of samples.entries()) verbatim.writeIntBE(sample, 1 + at * (bits / 8), bits / 8);
  const parts = [
    header,
    Buffer.of(crc8(header, 0, header.length)),
    ...Array<Buffer>(channels).fill(verbatim),
  ];
  const body = Buffer.concat([...parts, Buffer.alloc(2)]);
  body.writeUInt16BE(crc16(body, 0, body.length - 2), body.length - 2);
  return body;
}

/** A file of frames, with the stream information that it claims (RFC 9639 §8.2). */
export function flacFile(
  frames: readonly FlacFrame[],
  claims: { least?: number; most?: number; total?: number; channels?: number; bits?: number } = {},
): Buffer {
  const { least = 16, most = 16, total = 0, channels = 1, bits = 16 } = claims;
  const info = Buffer.alloc(34);
  info.writeUInt16BE(least, 0);
  info.writeUInt16BE(most, 2);
  info.writeUInt32BE(16_000 * 2 ** 12 + (channels - 1) * 2 ** 9 + (bits - 1) * 2 ** 4, 10);
  info.writeUInt32BE(total, 14);
  const head = Buffer.concat([Buffer.from('fLaC'), Buffer.of(0x80, 0, 0, info.length), info]);
  return Buffer.concat([head, ...frames.map(flacFrame)]);
}
