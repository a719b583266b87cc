/** A WAV file to write. */
export interface WavFile {
  /** Name of the file's own header; RIFF when absent. RIFX has all its numbers begin with the highest byte. */
  readonly id?: string;
  readonly tag?: number;
  readonly subformat?: number;
  readonly channels?: number;
  readonly rate?: number;
  readonly bits?: number;
  readonly frameBytes?: number;
  /** The size of the audio in the header. */
  readonly size?: number;
  readonly data: Buffer;
  /** Chunks before the audio, and bytes after it. */
  readonly before?: readonly Buffer[];
  readonly after?: Buffer;
}

/** A chunk of an IFF file: four letters, a size, and a content that is filled up to an even number of bytes. */
export function chunk(id: string, body: Buffer, { size = body.length, big = false } = {}): Buffer {
  const header = Buffer.alloc(8);
  header.write(id, 'latin1');
  if (big) header.writeUInt32BE(size, 4);
  else header.writeUInt32LE(size, 4);
  return Buffer.concat([header, body, Buffer.alloc(body.length % 2)]);
}

export function aWav(file: WavFile): Buffer {
  const { id = 'RIFF', tag = 1, channels = 1, rate = 16_000, bits = 16, data, before = [], after } = file;
  const big = id === 'RIFX';
  const format = Buffer.alloc(file.subformat === undefined ? 16 : 40);
  const u16 = (value: number, at: number) =>
    big ? format.writeUInt16BE(value, at) : format.writeUInt16LE(value, at);
  u16(tag, 0);
  u16(channels, 2);
  if (big) format.writeUInt32BE(rate, 4);
  else format.writeUInt32LE(rate, 4);
  u16(file.frameBytes ?? (channels * bits) / 8, 12);
  u16(bits, 14);
  if (file.subformat !== undefined) u16(file.subformat, 24);
  const body = Buffer.concat([
    Buffer.from('WAVE'),
    ...before,
    chunk('fmt ', format, { big }),
    chunk('data', data, { size: file.size ?? data.length, big }),
    after ?? Buffer.alloc(0),
  ]);
  return chunk(id, body, { big });
}
