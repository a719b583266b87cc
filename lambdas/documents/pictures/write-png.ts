import { crc32, deflateSync } from 'node:zlib';

/** The pixels of a picture, row by row without padding but to whole bytes. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** One bit of grey, where 0 is black; a byte of grey; or three bytes of red, green and blue. */
  readonly kind: 'bits' | 'grey' | 'colours';
  readonly data: Uint8Array;
}

/** Bits of a sample, and the colour type. Source: PNG specification (W3C), table 11.1. */
const formats = { bits: [1, 0], grey: [8, 0], colours: [8, 2] } as const;
const bitsOfPixel = { bits: 1, grey: 8, colours: 24 } as const;

/** Fast: a picture is sent once. */
const level = 3;

/** Bytes of one row of pixels. */
export const rowBytes = ({ width, kind }: Pick<Pixels, 'width' | 'kind'>): number =>
  Math.ceil((width * bitsOfPixel[kind]) / 8);

/**
 * Writes a PNG picture.
 * @param comment that goes with it
 */
export function writePng(pixels: Pixels, comment?: string): Buffer {
  const { width, height, kind, data } = pixels;
  const row = rowBytes(pixels);
  // Each row begins with its filter: none.
  const raw = new Uint8Array((row + 1) * height);
  for (let y = 0; y < height; y += 1) raw.set(data.subarray(y * row, (y + 1) * row), y * (row + 1) + 1);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set(formats[kind], 8);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    ...(comment === undefined ? [] : [chunk('tEXt', Buffer.from(`Comment\0${comment}`, 'latin1'))]),
    chunk('IDAT', deflateSync(raw, { level })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const whole = Buffer.alloc(named.length + 8);
  whole.writeUInt32BE(data.length, 0);
  whole.set(named, 4);
  whole.writeUInt32BE(crc32(named), named.length + 4);
  return whole;
}
