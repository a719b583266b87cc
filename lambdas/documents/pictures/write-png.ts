import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { crc32, createDeflate } from 'node:zlib';

/** The pixels of a picture. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** One bit of grey, where 0 is black; a byte of grey; or three bytes of red, green and blue. */
  readonly kind: 'bits' | 'grey' | 'colours';
  /** Writes a row from the top, without padding but to whole bytes. */
  writeRow(row: number, target: Uint8Array): void;
}

/** Bits of a sample, and the colour type. Source: PNG specification (W3C), table 11.1. */
const formats = { bits: [1, 0], grey: [8, 0], colours: [8, 2] } as const;
const bitsOfPixel = { bits: 1, grey: 8, colours: 24 } as const;

/** Fast: a picture is sent once. */
const level = 3;
/** Rows that are compressed at once: a page in colours has 26 MB, and the function little memory. */
const bandRows = 64;

/** Bytes of one row of pixels. */
const rowBytes = ({ width, kind }: Pick<Pixels, 'width' | 'kind'>): number =>
  Math.ceil((width * bitsOfPixel[kind]) / 8);

/**
 * Writes a PNG picture.
 * @param comment that goes with it
 */
export async function writePng(pixels: Pixels, comment?: string): Promise<Buffer> {
  const { width, height, kind } = pixels;
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set(formats[kind], 8);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    ...(comment === undefined ? [] : [chunk('tEXt', Buffer.from(`Comment\0${comment}`, 'latin1'))]),
    chunk('IDAT', await buffer(Readable.from(bandsOf(pixels)).pipe(createDeflate({ level })))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function* bandsOf(pixels: Pixels): Generator<Buffer> {
  // Each row begins with its filter: none.
  const stride = rowBytes(pixels) + 1;
  for (let from = 0; from < pixels.height; from += bandRows) {
    const rows = Math.min(bandRows, pixels.height - from);
    const band = Buffer.alloc(stride * rows);
    for (let row = 0; row < rows; row += 1) {
      pixels.writeRow(from + row, band.subarray(row * stride + 1, (row + 1) * stride));
    }
    yield band;
  }
}

function chunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const whole = Buffer.alloc(named.length + 8);
  whole.writeUInt32BE(data.length, 0);
  whole.set(named, 4);
  whole.writeUInt32BE(crc32(named), named.length + 4);
  return whole;
}
