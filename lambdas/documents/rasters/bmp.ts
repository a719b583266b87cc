import type { Pixels } from '../pictures/write-png.ts';
import { damaged, type Fault, sizeFault } from './faults.ts';

/** Bytes of the header of a file, and of the first bitmap header with 32-bit sizes. Source: Microsoft, "Bitmap Storage", BITMAPINFOHEADER. */
const [fileHeader, infoHeader] = [14, 40];
const [uncompressed, bitFields, alphaBitFields] = [0, 3, 6];

/** The pixels of a BMP picture: 1, 4, 8, 24 or 32 bits a pixel, uncompressed, as programs write it. */
export function readBmp(file: Uint8Array): Pixels | Fault {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  try {
    return pixelsOf(bytes);
  } catch (error) {
    if (error instanceof RangeError) return damaged;
    throw error;
  }
}

function pixelsOf(bytes: Buffer): Pixels | Fault {
  const header = bytes.readUInt32LE(fileHeader);
  if (header < infoHeader) return { fault: 'it is in the format of OS/2; export it as PNG, and upload that' };
  const [width, signedHeight] = [bytes.readInt32LE(18), bytes.readInt32LE(22)];
  const height = Math.abs(signedHeight);
  const [bits, compression] = [bytes.readUInt16LE(28), bytes.readUInt32LE(30)];
  if (width < 1 || height < 1) return damaged;
  const fault = sizeFault(width, height);
  if (fault) return fault;
  if (
    compression !== uncompressed &&
    !(bits === 32 && (compression === bitFields || compression === alphaBitFields))
  )
    return { fault: 'it is compressed; export it as PNG, and upload that' };
  const stride = Math.ceil((width * bits) / 32) * 4;
  const start = bytes.readUInt32LE(10);
  if (bytes.length < start + stride * height) return damaged;
  const colourOf = bits <= 8 ? paletteOf(bytes, fileHeader + header, bits) : undefined;
  if (!colourOf && bits !== 24 && bits !== 32)
    return { fault: `it has ${bits} bits a pixel; export it as PNG, and upload that` };
  const writeRow = (row: number, target: Uint8Array) => {
    // Rows stand from the bottom, unless the height is negative.
    const from = start + stride * (signedHeight > 0 ? height - 1 - row : row);
    for (let column = 0; column < width; column += 1) {
      const at = colourOf ? colourOf(from, column) : from + column * (bits / 8);
      for (const channel of [0, 1, 2]) target[column * 3 + channel] = bytes[at + 2 - channel] ?? 255;
    }
  };
  return { width, height, kind: 'colours', writeRow };
}

/** Tells where the colour of a pixel stands: blue, green and red. */
function paletteOf(bytes: Buffer, palette: number, bits: number) {
  if (bits !== 1 && bits !== 4 && bits !== 8) return undefined;
  return (from: number, column: number) => {
    const bit = column * bits;
    const index = ((bytes[from + (bit >> 3)] ?? 0) >> (8 - bits - (bit & 7))) & ((1 << bits) - 1);
    return Math.min(palette + index * 4, bytes.length - 4);
  };
}
