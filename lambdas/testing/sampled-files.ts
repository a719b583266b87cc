import { chunk } from './wav-file.ts';

/** AIFF, AU and Core Audio files for tests. */

interface SampledFile {
  readonly channels?: number;
  readonly rate?: number;
  readonly bits?: number;
  /** The size of the sound in the header. */
  readonly size?: number;
  readonly data: Buffer;
}

export interface AiffFile extends SampledFile {
  /** Four letters; AIFF, which has no codecs, when absent. */
  readonly codec?: string;
  /** Puts the sound before its format. */
  readonly soundFirst?: boolean;
  /** Bytes between the head of the sound and the sound. */
  readonly offset?: number;
}

export function anAiff(file: AiffFile): Buffer {
  const { channels = 1, rate = 16_000, bits = 16, data, codec, offset = 0 } = file;
  const common = Buffer.alloc(codec === undefined ? 18 : 24);
  common.writeUInt16BE(channels, 0);
  common.writeUInt16BE(bits, 6);
  extended(rate).copy(common, 8);
  if (codec !== undefined) common.write(codec, 18, 'latin1');
  const head = Buffer.alloc(8 + offset);
  head.writeUInt32BE(offset, 0);
  const size = file.size ?? head.length + data.length;
  const sound = chunk('SSND', Buffer.concat([head, data]), { size, big: true });
  const format = chunk('COMM', common, { big: true });
  const type = Buffer.from(codec === undefined ? 'AIFF' : 'AIFC');
  const parts = file.soundFirst ? [sound, format] : [format, sound];
  return chunk('FORM', Buffer.concat([type, ...parts]), { big: true });
}

/** A positive whole number in 80 bits (IEEE 754-1985, double extended). */
function extended(value: number): Buffer {
  const bytes = Buffer.alloc(10);
  const exponent = Math.floor(Math.log2(value || 1));
  bytes.writeUInt16BE(16_383 + exponent, 0);
  bytes.writeBigUInt64BE(BigInt(value) << BigInt(63 - exponent), 2);
  return bytes;
}

export interface AuFile extends SampledFile {
  readonly encoding: number;
  /** Offset of the sound. */
  readonly at?: number;
}

export function anAu({
  encoding,
  channels = 1,
  rate = 16_000,
  data,
  size = data.length,
  at = 28,
}: AuFile): Buffer {
  const head = Buffer.alloc(28);
  head.write('.snd', 'latin1');
  for (const [place, value] of [at, size, encoding, rate, channels].entries()) {
    head.writeUInt32BE(value, 4 + 4 * place);
  }
  return Buffer.concat([head, data]);
}

export interface CafFile extends SampledFile {
  readonly codec?: string;
  readonly flags?: number;
  readonly frameBytes?: number;
}

export function aCaf(file: CafFile): Buffer {
  const { codec = 'lpcm', flags = 0, channels = 1, rate = 16_000, bits = 16, data } = file;
  const description = Buffer.alloc(32);
  description.writeDoubleBE(rate, 0);
  description.write(codec, 8, 'latin1');
  description.writeUInt32BE(flags, 12);
  description.writeUInt32BE(file.frameBytes ?? (channels * bits) / 8, 16);
  description.writeUInt32BE(1, 20);
  description.writeUInt32BE(channels, 24);
  description.writeUInt32BE(bits, 28);
  const sound = Buffer.concat([Buffer.alloc(4), data]);
  return Buffer.concat([
    Buffer.from('caff\0\x01\0\0', 'latin1'),
    longChunk('desc', description),
    longChunk('free', Buffer.alloc(7)),
    longChunk('data', sound, file.size ?? sound.length),
  ]);
}

/** A chunk whose size has 64 bits. */
export function longChunk(id: string, body: Buffer, size = body.length): Buffer {
  const head = Buffer.alloc(12);
  head.write(id, 'latin1');
  head.writeBigInt64BE(BigInt(size), 4);
  return Buffer.concat([head, body]);
}
