/** The fields of a page of a TIFF file that are read here. Source: TIFF Revision 6.0 (Adobe), section 8. */
const fields = {
  subfile: 254,
  width: 256,
  height: 257,
  bits: 258,
  compression: 259,
  colours: 262,
  fillOrder: 266,
  offsets: 273,
  samples: 277,
  rowsOfStrip: 278,
  lengths: 279,
  planes: 284,
  faxOptions: 292,
  predictor: 317,
  palette: 320,
  tileWidth: 322,
  jpegTables: 347,
} as const;

/** Values of a page's fields. */
export type Directory = Readonly<Partial<Record<keyof typeof fields, readonly number[]>>>;

/** Bytes of a value by its type, for the types of whole numbers: BYTE, SHORT, LONG and UNDEFINED. */
const sizes: Readonly<Record<number, 1 | 2 | 4>> = { 1: 1, 3: 2, 4: 4, 7: 1 };
/** Values of a field, at most: strips of one row in the tallest picture, and tables of JPEG. */
const maxValues = 65_536;
/** Fields of a page, at most. */
const maxFields = 512;

/**
 * The directories of a TIFF file, one a page, in their order; until the first damaged one.
 * @param most directories that are read
 */
export function directoriesOf(file: Uint8Array, most: number): Directory[] {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  const isLittle = bytes.toString('latin1', 0, 2) === 'II';
  const read = (at: number, size: 1 | 2 | 4) =>
    isLittle ? bytes.readUIntLE(at, size) : bytes.readUIntBE(at, size);
  const found: Directory[] = [];
  // Directories may follow each other in a circle.
  const seen = new Set<number>();
  try {
    for (let at = read(4, 4); at !== 0 && !seen.has(at) && found.length < most; ) {
      seen.add(at);
      const count = read(at, 2);
      if (count > maxFields) break;
      found.push(directoryAt(at + 2, count, read));
      at = read(at + 2 + count * 12, 4);
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  return found;
}

const names = new Map(Object.entries(fields).map(([name, tag]) => [tag as number, name]));

function directoryAt(start: number, count: number, read: (at: number, size: 1 | 2 | 4) => number): Directory {
  const directory: Record<string, number[]> = {};
  for (let at = start; at < start + count * 12; at += 12) {
    const name = names.get(read(at, 2));
    const size = sizes[read(at + 2, 2)];
    const values = read(at + 4, 4);
    if (name === undefined || size === undefined || values > maxValues) continue;
    const from = values * size <= 4 ? at + 8 : read(at + 8, 4);
    directory[name] = Array.from({ length: values }, (_, value) => read(from + value * size, size));
  }
  return directory;
}
