import { deflateSync } from 'node:zlib';

/** A page with some lines of text, in PDF's operators. */
export const page = (...lines: readonly string[]): Buffer =>
  deflateSync(`BT /F1 12 Tf 72 720 Td ${lines.map((line) => `(${line}) Tj 0 -20 Td`).join(' ')} ET`);

/** A text in LZW codes of nine bits (ISO 32000-1 §7.4.4); at most 250 letters. */
export function lzw(text: string): Buffer {
  const codes = [256, ...Buffer.from(text, 'latin1'), 257].map((code) => code.toString(2).padStart(9, '0'));
  const bytes = codes.join('').match(/.{1,8}/g) ?? [];
  return Buffer.from(bytes.map((byte) => Number.parseInt(byte.padEnd(8, '0'), 2)));
}

/** A text in run lengths (ISO 32000-1 §7.4.5); at most 128 letters. */
export const runLengths = (text: string): Buffer =>
  Buffer.concat([Buffer.from([text.length - 1]), Buffer.from(text, 'latin1'), Buffer.from([128])]);

/** Operators that draw a line of text with its baseline at a place, in a size. */
export const textAt = (x: number, y: number, text: string, size = 10): string =>
  `BT /F1 ${size} Tf 1 0 0 1 ${x} ${y} Tm (${text}) Tj ET `;

/** Entries of a test's PDF file beside its pages. */
interface Extras {
  /** Of the catalogue, the first page and the trailer. */
  readonly catalog?: string;
  readonly page?: string;
  readonly trailer?: string;
  /** The font `F1`. */
  readonly font?: string;
  /** Objects from number 6 on, where the file has one page, and a number later for each two more pages. */
  readonly objects?: readonly string[];
}

/** A font of many characters that is not in its file and has no descriptor, as printers' drivers wrote it. */
export interface CidFont {
  /** Name of a predefined character map, and the collection of characters. */
  readonly encoding: string;
  readonly ordering: string;
}

/** A page with the text of some bytes, written in hexadecimal, in such a font. */
export const pdfInFont = ({ encoding, ordering }: CidFont, hex: string): Buffer =>
  pdfOfPages([`BT /F1 12 Tf 72 700 Td <${hex}> Tj ET`], {
    font: `<</Type/Font/Subtype/Type0/BaseFont/MS-Mincho/Encoding/${encoding}/DescendantFonts[6 0 R]>>`,
    objects: [
      `<</Type/Font/Subtype/CIDFontType2/BaseFont/MS-Mincho/CIDSystemInfo<</Registry(Adobe)/Ordering(${ordering})/Supplement 2>>/DW 1000>>`,
    ],
  });

/** A PDF file of its objects, numbered from 1: the catalogue is the first. */
export function pdfFile(objects: readonly (string | Buffer)[], trailer = ''): Buffer {
  const parts: Buffer[] = [];
  const places: number[] = [];
  let length = 0;
  const add = (part: string | Buffer) => {
    const bytes = typeof part === 'string' ? Buffer.from(part, 'latin1') : part;
    parts.push(bytes);
    length += bytes.length;
  };
  add('%PDF-1.4\n');
  for (const body of objects) {
    places.push(length);
    add(`${places.length} 0 obj\n`);
    add(body);
    add('\nendobj\n');
  }
  const table = length;
  const rows = places.map((place) => `${String(place).padStart(10, '0')} 00000 n \n`).join('');
  add(`xref\n0 ${places.length + 1}\n0000000000 65535 f \n${rows}`);
  add(`trailer\n<</Size ${places.length + 1}/Root 1 0 R${trailer}>>\nstartxref\n${table}\n%%EOF`);
  return Buffer.concat(parts);
}

/** A PDF file, for tests: pages of compressed content, and additional entries for the last object's dictionary. */
export function pdf(pages: readonly Buffer[], trailer = ''): Buffer {
  return pdfWith(pages, { trailer });
}

/** A PDF file whose pages are drawn by operators. */
export const pdfOfPages = (pages: readonly string[], extras: Extras = {}): Buffer =>
  pdfWith(
    pages.map((operators) => deflateSync(Buffer.from(operators, 'latin1'))),
    extras,
  );

function pdfWith(
  pages: readonly Buffer[],
  { catalog = '', page: entries = '', trailer = '', font = helvetica, objects = [] }: Extras,
): Buffer {
  const kids = pages.map((_, at) => `${4 + 2 * at} 0 R`).join(' ');
  const drawn = pages.flatMap((drawing, at) => [
    `<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Resources<</Font<</F1 3 0 R>>>>/Contents ${5 + 2 * at} 0 R${at === 0 ? entries : ''}>>`,
    Buffer.concat([
      Buffer.from(`<</Filter/FlateDecode/Length ${drawing.length}>>\nstream\n`),
      drawing,
      Buffer.from('\nendstream'),
    ]),
  ]);
  return pdfFile(
    [
      `<</Type/Catalog/Pages 2 0 R${catalog}>>`,
      `<</Type/Pages/Kids[${kids}]/Count ${pages.length}>>`,
      font,
      ...drawn,
      ...objects,
    ],
    trailer,
  );
}

const helvetica = '<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>';
