import { deflateSync } from 'node:zlib';

/** A page with some lines of text, in PDF's operators. */
export const page = (...lines: readonly string[]): Buffer =>
  deflateSync(`BT /F1 12 Tf 72 720 Td ${lines.map((line) => `(${line}) Tj 0 -20 Td`).join(' ')} ET`);

/** Operators that draw a line of text with its baseline at a place, in a size. */
export const textAt = (x: number, y: number, text: string, size = 10): string =>
  `BT /F1 ${size} Tf 1 0 0 1 ${x} ${y} Tm (${text}) Tj ET `;

/** A PDF file whose pages are drawn by operators. */
export const drawnPdf = (pages: readonly string[], trailer = ''): Buffer =>
  pdf(
    pages.map((operators) => deflateSync(Buffer.from(operators, 'latin1'))),
    trailer,
  );

/** A PDF file, for tests: pages of compressed content, and additional entries for the last object's dictionary. */
export function pdf(pages: readonly Buffer[], trailer = ''): Buffer {
  const parts: Buffer[] = [];
  const places: number[] = [];
  let length = 0;
  const add = (part: string | Buffer) => {
    const bytes = typeof part === 'string' ? Buffer.from(part, 'latin1') : part;
    parts.push(bytes);
    length += bytes.length;
  };
  const object = (...body: readonly (string | Buffer)[]) => {
    places.push(length);
    add(`${places.length} 0 obj\n`);
    for (const part of body) add(part);
    add('\nendobj\n');
  };
  add('%PDF-1.4\n');
  const kids = pages.map((_, at) => `${4 + 2 * at} 0 R`).join(' ');
  object('<</Type/Catalog/Pages 2 0 R>>');
  object(`<</Type/Pages/Kids[${kids}]/Count ${pages.length}>>`);
  object('<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>');
  for (const [at, drawing] of pages.entries()) {
    const resources = '/Resources<</Font<</F1 3 0 R>>>>';
    object(`<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]${resources}/Contents ${5 + 2 * at} 0 R>>`);
    object(`<</Filter/FlateDecode/Length ${drawing.length}>>\nstream\n`, drawing, '\nendstream');
  }
  const table = length;
  const rows = places.map((place) => `${String(place).padStart(10, '0')} 00000 n \n`).join('');
  add(`xref\n0 ${places.length + 1}\n0000000000 65535 f \n${rows}`);
  add(`trailer\n<</Size ${places.length + 1}/Root 1 0 R${trailer}>>\nstartxref\n${table}\n%%EOF`);
  return Buffer.concat(parts);
}
