/** A page of a TIFF file, with the values of its fields. */
export interface TiffPage {
  readonly width: number;
  readonly height: number;
  readonly bits?: number;
  readonly samples?: number;
  readonly compression?: number;
  readonly colours?: number;
  readonly fillOrder?: number;
  readonly predictor?: number;
  readonly rowsOfStrip?: number;
  readonly tileWidth?: number;
  readonly subfile?: number;
  readonly palette?: readonly number[];
  readonly strips: readonly Buffer[];
}

/** Numbers of the fields in their order, as TIFF asks for them; palettes are SHORT, all others LONG. */
const tags = {
  ...{
    subfile: 254,
    width: 256,
    height: 257,
    bits: 258,
    compression: 259,
    colours: 262,
    fillOrder: 266,
    offsets: 273,
  },
  ...{ samples: 277, rowsOfStrip: 278, lengths: 279, predictor: 317, palette: 320, tileWidth: 322 },
} as const;

/**
 * A TIFF file.
 * @param isCircle the last page is followed by the first
 */
export function aTiff(pages: readonly TiffPage[], isLittle = true, isCircle = false): Buffer {
  const number = (value: number, size: 2 | 4) => {
    const bytes = Buffer.alloc(size);
    if (isLittle) bytes.writeUIntLE(value, 0, size);
    else bytes.writeUIntBE(value, 0, size);
    return bytes;
  };
  let file = Buffer.concat([Buffer.from(isLittle ? 'II' : 'MM'), number(42, 2), number(8, 4)]);
  for (const [at, { strips, ...page }] of pages.entries()) {
    const values: Record<string, readonly number[]> = Object.fromEntries(
      Object.entries(page).map(([name, value]) => [
        name,
        typeof value === 'number' ? [value] : (value ?? []),
      ]),
    );
    const lists = { ...values, offsets: strips.map(() => 0), lengths: strips.map(({ length }) => length) };
    const names = Object.keys(tags).filter(
      (name) => lists[name as keyof typeof lists],
    ) as (keyof typeof tags)[];
    let end = file.length + 2 + names.length * 12 + 4;
    const behind: Buffer[] = [];
    const put = (bytes: Buffer) => {
      behind.push(bytes);
      end += bytes.length;
      return end - bytes.length;
    };
    const offsets = strips.map(put);
    const entries = names.map((name) => {
      const size = name === 'palette' ? 2 : 4;
      const list: readonly number[] =
        name === 'offsets' ? offsets : ((lists as Record<string, readonly number[]>)[name] ?? []);
      const bytes = Buffer.concat(list.map((value) => number(value, size)));
      const value =
        bytes.length <= 4 ? Buffer.concat([bytes, Buffer.alloc(4 - bytes.length)]) : number(put(bytes), 4);
      return Buffer.concat([
        number(tags[name], 2),
        number(size === 2 ? 3 : 4, 2),
        number(list.length, 4),
        value,
      ]);
    });
    const next = at < pages.length - 1 ? end : isCircle ? 8 : 0;
    file = Buffer.concat([file, number(entries.length, 2), ...entries, number(next, 4), ...behind]);
  }
  return file;
}

/** A BMP picture of two by two pixels: black and red above blue and white. */
export function aBmp(bits: 8 | 24): Buffer {
  const colours = ['000000', '0000ff', 'ff0000', 'ffffff'];
  const palette =
    bits === 8 ? Buffer.from(colours.map((colour) => `${colour}00`).join(''), 'hex') : Buffer.alloc(0);
  // Rows from the bottom, of whole words.
  const rows =
    bits === 8 ? '02030000' + '00010000' : `${colours[2]}${colours[3]}0000${colours[0]}${colours[1]}0000`;
  const header = Buffer.alloc(54);
  header.write('BM', 'latin1');
  header.writeUInt32LE(54 + palette.length, 10);
  header.writeUInt32LE(40, 14);
  header.writeInt32LE(2, 18);
  header.writeInt32LE(2, 22);
  header.writeUInt16LE(1, 26);
  header.writeUInt16LE(bits, 28);
  return Buffer.concat([header, palette, Buffer.from(rows, 'hex')]);
}
