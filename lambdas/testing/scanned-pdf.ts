import { pdfFile } from './pdf.ts';

/** A picture of a PDF file: entries of its dictionary, and its stream. */
export interface PdfPicture {
  readonly entries: string;
  readonly bytes: Buffer;
}

interface Scan {
  /** Operators that paint the pictures `Im0`, `Im1`, …; one fills the page by default. */
  readonly operators?: string;
  readonly pictures: readonly PdfPicture[];
}

/** Fills a page of 612 × 792 units with a picture. */
export const fullPage = 'q 612 0 0 792 0 0 cm /Im0 Do Q';

/** A PDF file whose pages are pictures. */
export function scannedPdf(scans: readonly Scan[], trailer = ''): Buffer {
  const objects: (string | Buffer)[] = [];
  const add = (object: string | Buffer) => objects.push(object) + 3;
  const pages = scans.map(({ operators = fullPage, pictures }) => {
    const names = pictures.map(
      ({ entries, bytes }, at) =>
        `/Im${at} ${add(streamObject(`/Type/XObject/Subtype/Image${entries}`, bytes))} 0 R`,
    );
    const contents = add(streamObject('', Buffer.from(operators, 'latin1')));
    return add(
      `<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Resources<</Font<</F1 3 0 R>>/XObject<<${names.join('')}>>>>/Contents ${contents} 0 R>>`,
    );
  });
  const kids = pages.map((page) => `${page} 0 R`).join(' ');
  return pdfFile(
    [
      '<</Type/Catalog/Pages 2 0 R>>',
      `<</Type/Pages/Kids[${kids}]/Count ${pages.length}>>`,
      '<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>',
      ...objects,
    ],
    trailer,
  );
}

const streamObject = (entries: string, bytes: Buffer): Buffer =>
  Buffer.concat([
    Buffer.from(`<<${entries}/Length ${bytes.length}>>\nstream\n`, 'latin1'),
    bytes,
    Buffer.from('\nendstream'),
  ]);
