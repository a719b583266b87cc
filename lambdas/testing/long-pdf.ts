import { pdfOfPages, textAt } from './pdf.ts';

/** Maps the tilde to a character without a meaning (ISO 32000-1 §9.10.3). */
const map =
  '/CIDInit/ProcSet findresource begin begincmap 1 begincodespacerange <00> <ff> endcodespacerange 1 beginbfchar <7e> <e123> endbfchar endcmap';

/** What differs from night to night, so that the lines of two pages are not the same. */
const winds = ['north', 'east', 'south', 'west', 'calm', 'storm', 'fog', 'rain', 'snow', 'frost', 'haze'];

/** A page of a book: a running title, a paragraph that began on the page before and one that continues, and its number. */
function pageOf(number: number): string {
  const wind = winds[number % winds.length];
  const lines = [
    `the ${wind} light of night ${number - 1} that the keeper wrote down in the log-`,
    `book of the tower, with the oil that it took and the wea-`,
    `ther of that night. The words of page ${number} are its own.`,
  ];
  const open = [
    `Night ${number} was dark, ${wind}, and the weather-glass fell while the keeper read`,
    'by the lamp and went down to the cellar for the oil that he poured into',
  ];
  const rows = ['Oil', 'Wicks', 'Hours'].map(
    (name, at) => textAt(72, 500 - 12 * at, name) + textAt(200, 500 - 12 * at, `${number + at}`),
  );
  return [
    textAt(72, 760, `The Log of the Tower   ${number}`),
    ...lines.map((line, at) => textAt(72, 700 - 12 * at, line)),
    ...(number % 4 === 0 ? [textAt(72, 640, `Chapter ${number}`, 16)] : []),
    ...(number % 3 === 0 ? rows : []),
    ...open.map((line, at) => textAt(72, 440 - 12 * at, line)),
    textAt(300, 30, `${number}`),
  ].join('');
}

/** A book of so many pages. The fonts of the fifth do not say which characters they show. */
export const longPdf = (pages: number): Buffer =>
  pdfOfPages(
    Array.from({ length: pages }, (_, at) => (at === 4 ? textAt(72, 700, '~'.repeat(40)) : pageOf(at + 1))),
    {
      font: `<</Type/Font/Subtype/Type1/BaseFont/Helvetica/ToUnicode ${4 + 2 * pages} 0 R>>`,
      objects: [`<</Length ${map.length}>>\nstream\n${map}\nendstream`],
      catalog: '/PageLabels<</Nums[0<</S/r>>3<</S/D>>]>>',
    },
  );
