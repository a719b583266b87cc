import { objectOf } from '../pdf/pictures/page-pictures.ts';
import { pixelsOf } from '../pdf/pictures/pixels.ts';
import type { Pixels } from '../pictures/write-png.ts';
import { damaged, type Fault } from './faults.ts';
import type { Strip } from './strips.ts';

/** Decodes the strips of a page by PDF.js, from a PDF file that is made of them. */
export async function decodeStrips(strips: readonly Strip[]): Promise<Pixels | Fault> {
  const { getDocumentProxy, getResolvedPDFJS } = await import('unpdf');
  const { OPS } = await getResolvedPDFJS();
  const file = await getDocumentProxy(new Uint8Array(pdfOf(strips)), {
    isEvalSupported: false,
    verbosity: 0,
  });
  try {
    const page = await file.getPage(1);
    const { fnArray, argsArray } = await page.getOperatorList();
    const decoded: Pixels[] = [];
    for (const [at, operator] of fnArray.entries()) {
      if (operator !== OPS.paintImageXObject) continue;
      const image = await objectOf(page, argsArray[at]?.[0]);
      const pixels = image && pixelsOf(image);
      if (!pixels) return damaged;
      decoded.push(pixels);
    }
    return decoded.length === strips.length ? stacked(decoded) : damaged;
  } finally {
    await file.destroy();
  }
}

/** One page, with each strip as a picture, from the top (ISO 32000-1 §7.5). */
function pdfOf(strips: readonly Strip[]): Buffer {
  const first = 5;
  const names = strips.map((_, at) => `/S${at} ${first + at} 0 R`).join('');
  const content = strips.map((_, at) => `q 1 0 0 1 0 ${at} cm/S${at} Do Q`).join('\n');
  const objects: Buffer[] = [
    '<</Type/Catalog/Pages 2 0 R>>',
    '<</Type/Pages/Kids[3 0 R]/Count 1>>',
    `<</Type/Page/Parent 2 0 R/MediaBox[0 0 1 1]/Contents 4 0 R/Resources<</XObject<<${names}>>>>>>`,
    `<</Length ${content.length}>>stream\n${content}\nendstream`,
  ].map((text) => Buffer.from(text, 'latin1'));
  for (const { entries, bytes } of strips) {
    const dictionary = `<</Type/XObject/Subtype/Image${entries}/Length ${bytes.length}>>stream\n`;
    objects.push(Buffer.concat([Buffer.from(dictionary), bytes, Buffer.from('\nendstream')]));
  }
  const pieces = [Buffer.from('%PDF-1.7\n')];
  const places: number[] = [];
  let length = pieces[0]?.length ?? 0;
  for (const [at, object] of objects.entries()) {
    const whole = Buffer.concat([Buffer.from(`${at + 1} 0 obj\n`), object, Buffer.from('\nendobj\n')]);
    places.push(length);
    length += whole.length;
    pieces.push(whole);
  }
  const entries = places.map((place) => `${String(place).padStart(10, '0')} 00000 n \n`).join('');
  const end = `xref\n0 ${places.length + 1}\n0000000000 65535 f \n${entries}trailer<</Size ${places.length + 1}/Root 1 0 R>>\nstartxref\n${length}\n%%EOF`;
  return Buffer.concat([...pieces, Buffer.from(end)]);
}

/** Pictures of the same width as one, the first on top. */
function stacked(pictures: readonly Pixels[]): Pixels | Fault {
  const [{ width, kind: first } = { width: 0, kind: 'bits' as const }] = pictures;
  // A strip without a colour is grey.
  const kind = pictures.every((picture) => picture.kind === first) ? first : 'colours';
  const isOdd = pictures.some(
    (picture) => picture.width !== width || (kind === 'colours' && picture.kind === 'bits'),
  );
  if (isOdd) return damaged;
  const tops: number[] = [];
  let height = 0;
  for (const picture of pictures) {
    tops.push(height);
    height += picture.height;
  }
  const writeRow = (row: number, target: Uint8Array) => {
    const strip = tops.findLastIndex((top) => top <= row);
    const picture = pictures[strip];
    picture?.writeRow(row - (tops[strip] ?? 0), target);
    if (picture?.kind === 'grey' && kind === 'colours') {
      for (let column = width - 1; column >= 0; column -= 1)
        target.fill(target[column] ?? 0, column * 3, column * 3 + 3);
    }
  };
  return { width, height, kind, writeRow };
}
