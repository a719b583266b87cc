import { Readable } from 'node:stream';
import { createInflate } from 'node:zlib';
import { limits } from '@nova/shared/limits';
import { fromAscii85, fromHex } from '../streams/ascii.ts';
import { lzwLength, runLength } from '../streams/unpacked-length.ts';

/** Filters that make a picture of known size; they come last. */
const decoders = new Set(['CCITTFaxDecode', 'CCF', 'JBIG2Decode', 'DCTDecode', 'DCT']);

const most = limits.picturePixelBytes;

/**
 * Whether the stream of a picture decompresses to more bytes than its pixels may have, which PDF.js does not limit.
 * @param names of its filters, in the order of decoding (ISO 32000-1, table 6)
 * @param isEarly codes of LZW grow one code early
 */
export async function unpacksTooFar(
  names: readonly string[],
  stream: Buffer,
  isEarly: boolean,
): Promise<boolean> {
  const [name = '', ...others] = names;
  const isLast = others.every((other) => decoders.has(other));
  switch (name) {
    case '':
      return false;
    case 'ASCIIHexDecode':
    case 'AHx':
      return unpacksTooFar(others, fromHex(stream), isEarly);
    case 'ASCII85Decode':
    case 'A85':
      return unpacksTooFar(others, fromAscii85(stream, most), isEarly);
    case 'FlateDecode':
    case 'Fl':
      return !isLast || (await inflatesTooFar(stream));
    case 'LZWDecode':
    case 'LZW':
      return !isLast || lzwLength(stream, isEarly, most) > most;
    case 'RunLengthDecode':
    case 'RL':
      return !isLast || runLength(stream, most) > most;
    default:
      return !decoders.has(name) || others.length > 0;
  }
}

/** In pieces: all of a picture does not fit into memory beside the rest. */
async function inflatesTooFar(packed: Buffer): Promise<boolean> {
  let length = 0;
  try {
    const unpacked: AsyncIterable<Buffer> = Readable.from([packed]).pipe(createInflate());
    for await (const piece of unpacked) {
      length += piece.length;
      if (length > most) return true;
    }
  } catch {
    // PDF.js takes what there is of a damaged picture.
  }
  return false;
}
