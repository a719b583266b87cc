import { unpacksTooFar } from '../pdf/pictures/unpacks-too-far.ts';
import type { Directory } from './directories.ts';
import { damaged, type Fault, sizeFault, tooManyPixels } from './faults.ts';

/** A part of a picture, in the words of PDF: the entries of an image dictionary, and its bytes. */
export interface Strip {
  readonly entries: string;
  readonly bytes: Buffer;
}

/** Values of `Compression`. Source: TIFF Revision 6.0, and Adobe's Technical Notes for 7 and 8. */
const compressions = {
  none: 1,
  huffman: 2,
  fax3: 3,
  fax4: 4,
  lzw: 5,
  oldJpeg: 6,
  jpeg: 7,
  deflate: 8,
  packBits: 32_773,
  oldDeflate: 32_946,
};
/** Values of `PhotometricInterpretation`. */
const colours = { whiteIsZero: 0, blackIsZero: 1, rgb: 2, palette: 3, cmyk: 5, luma: 6 };

const toExport = 'export it as PNG or PDF, and upload that';

/**
 * The strips of a page of a TIFF file, as pictures of a PDF file, which has the same compressions (ISO 32000-1 §7.4).
 */
export async function stripsOf(file: Uint8Array, directory: Directory): Promise<readonly Strip[] | Fault> {
  const value = (name: keyof Directory, otherwise: number) => directory[name]?.[0] ?? otherwise;
  const [width, height] = [value('width', 0), value('height', 0)];
  const [bits, samples] = [value('bits', 1), value('samples', 1)];
  if (width < 1 || height < 1) return damaged;
  const fault = sizeFault(width, height, bits * samples === 1 ? Math.ceil(width / 8) : width * 3);
  if (fault) return fault;
  if (directory.tileWidth) return { fault: `it is in tiles; ${toExport}` };
  if (value('planes', 1) !== 1 && samples > 1) return { fault: `its colours stand apart; ${toExport}` };
  const space = colourSpace(directory, bits, samples);
  const filter = filterOf(directory, width, bits, samples);
  if (space === undefined || filter === undefined)
    return { fault: `it is in a form of TIFF that is not decoded here; ${toExport}` };
  const { offsets = [], lengths = [] } = directory;
  const rows = Math.min(height, value('rowsOfStrip', height));
  if (rows < 1 || offsets.length < Math.ceil(height / rows)) return damaged;
  const strips: Strip[] = [];
  for (let top = 0, at = 0; top < height; top += rows, at += 1) {
    const [from = 0, length = 0] = [offsets[at], lengths[at] ?? file.length];
    const bytes = stripBytes(file.subarray(from, from + length), directory);
    if (bytes.length === 0) return damaged;
    if (filter.name !== '' && (await unpacksTooFar([filter.name], bytes, true)))
      return tooManyPixels(width, height);
    const stripRows = Math.min(rows, height - top);
    strips.push({
      entries: `/Width ${width}/Height ${stripRows}${space}${filter.entries(stripRows)}`,
      bytes,
    });
  }
  return strips;
}

function stripBytes(strip: Uint8Array, { fillOrder, compression, jpegTables }: Directory): Buffer {
  const bytes = Buffer.from(strip);
  if (fillOrder?.[0] === 2) for (const [at, byte] of bytes.entries()) bytes[at] = mirrored(byte);
  if (compression?.[0] !== compressions.jpeg || !jpegTables || jpegTables.length < 4) return bytes;
  // Tables between the marks of a start and an end, and then the strip without its start.
  return Buffer.concat([Buffer.from(jpegTables).subarray(0, -2), bytes.subarray(2)]);
}

const mirrored = (byte: number) =>
  [0, 1, 2, 3, 4, 5, 6, 7].reduce((all, bit) => all | (((byte >> bit) & 1) << (7 - bit)), 0);

/** The colours of a picture as PDF names them; undefined for others. */
function colourSpace(directory: Directory, bits: number, samples: number): string | undefined {
  const meaning = directory.colours?.[0] ?? colours.blackIsZero;
  if (![1, 2, 4, 8].includes(bits)) return undefined;
  const depth = `/BitsPerComponent ${bits}`;
  const isFax = [compressions.huffman, compressions.fax3, compressions.fax4].includes(
    directory.compression?.[0] ?? 0,
  );
  switch (meaning) {
    case colours.whiteIsZero:
    case colours.blackIsZero:
      // Fax compression has black and white, whatever their numbers.
      return samples === 1
        ? `/ColorSpace/DeviceGray${depth}${meaning === colours.whiteIsZero && !isFax ? '/Decode[1 0]' : ''}`
        : undefined;
    case colours.rgb:
    case colours.luma:
      return samples === 3 && bits === 8 ? `/ColorSpace/DeviceRGB${depth}` : undefined;
    case colours.cmyk:
      return samples === 4 && bits === 8 ? `/ColorSpace/DeviceCMYK${depth}` : undefined;
    case colours.palette:
      return samples === 1 ? paletteOf(directory.palette ?? [], bits, depth) : undefined;
    default:
      return undefined;
  }
}

/** Reds, then greens, then blues, of 16 bits each. */
function paletteOf(palette: readonly number[], bits: number, depth: string): string | undefined {
  const count = 2 ** bits;
  if (palette.length < count * 3) return undefined;
  const colour = (index: number) => [0, 1, 2].map((channel) => (palette[channel * count + index] ?? 0) >> 8);
  const table = Buffer.from(Array.from({ length: count }, (_, index) => colour(index)).flat());
  return `/ColorSpace[/Indexed/DeviceRGB ${count - 1}<${table.toString('hex')}>]${depth}`;
}

interface Filter {
  readonly name: string;
  readonly entries: (rows: number) => string;
}

function filterOf(directory: Directory, width: number, bits: number, samples: number): Filter | undefined {
  const plain = (name: string): Filter | undefined => {
    const isDifference = directory.predictor?.[0] === 2;
    if ((directory.predictor?.[0] ?? 1) > 2) return undefined;
    const parameters = `/DecodeParms<</Predictor 2/Columns ${width}/Colors ${samples}/BitsPerComponent ${bits}>>`;
    return { name, entries: () => `/Filter/${name}${isDifference ? parameters : ''}` };
  };
  const fax = (options: string): Filter | undefined => {
    const blackIsOne = directory.colours?.[0] === colours.blackIsZero ? '/BlackIs1 true' : '';
    const entries = (rows: number) =>
      `/Filter/CCITTFaxDecode/DecodeParms<<${options}/Columns ${width}/Rows ${rows}/EndOfBlock false${blackIsOne}>>`;
    return bits === 1 && samples === 1 ? { name: 'CCITTFaxDecode', entries } : undefined;
  };
  switch (directory.compression?.[0] ?? compressions.none) {
    case compressions.none:
      return { name: '', entries: () => '' };
    case compressions.lzw:
      return plain('LZWDecode');
    case compressions.deflate:
    case compressions.oldDeflate:
      return plain('FlateDecode');
    case compressions.packBits:
      return { name: 'RunLengthDecode', entries: () => '/Filter/RunLengthDecode' };
    case compressions.huffman:
      return fax('/K 0/EncodedByteAlign true');
    case compressions.fax3:
      return fax(((directory.faxOptions?.[0] ?? 0) & 1) === 1 ? '/K 1' : '/K 0');
    case compressions.fax4:
      return fax('/K -1');
    case compressions.jpeg: {
      const transform = directory.colours?.[0] === colours.luma ? 1 : 0;
      return {
        name: 'DCTDecode',
        entries: () => `/Filter/DCTDecode/DecodeParms<</ColorTransform ${transform}>>`,
      };
    }
    default:
      return undefined;
  }
}
