import { describe, expect, it } from 'vitest';
import { pdfFile, pdfInFont, pdfOfPages, textAt } from '../../testing/pdf.ts';
import { type DocumentPart, isBlock } from '../blocks/block.ts';
import { pdfParts } from './pdf-parts.ts';

const partsOf = (file: Buffer): Promise<DocumentPart[]> => Array.fromAsync(pdfParts(new Uint8Array(file)));

async function textsOf(file: Buffer): Promise<string[]> {
  const parts = await partsOf(file);
  return parts.filter(isBlock).map(({ text }) => text);
}

/** A font whose map (ISO 32000-1 §9.10.3) is the object of a number. */
function mapped(number: number, characters: string) {
  const count = characters.split(' ').length / 2;
  const map = `/CIDInit/ProcSet findresource begin begincmap 1 begincodespacerange <00> <ff> endcodespacerange ${count} beginbfchar ${characters} endbfchar endcmap`;
  return {
    font: `<</Type/Font/Subtype/Type1/BaseFont/Helvetica/ToUnicode ${number} 0 R>>`,
    objects: [`<</Length ${map.length}>>\nstream\n${map}\nendstream`],
  };
}

describe('a font without its characters', () => {
  it.each([
    ['Shift_JIS', '90ms-RKSJ-H', 'Japan1', '93fa967b8cea82cc8fac90e0', '日本語の小説'],
    ['GBK', 'GBK-EUC-H', 'GB1', 'd6d0cec4', '中文'],
    ['Big5', 'ETen-B5-H', 'CNS1', 'a4a4a4e5', '中文'],
    ['UTF-16', 'UniKS-UTF16-H', 'Korea1', 'd55cad6d', '한국'],
  ])('is read by a predefined character map: %s', async (_, encoding, ordering, hex, text) => {
    expect(await textsOf(pdfInFont({ encoding, ordering }, hex))).toEqual([text]);
  });

  it('is not text: the page is named, and others are read', async () => {
    const lost = `BT /F1 10 Tf 72 700 Td (${'b'.repeat(40)}) Tj ET`;
    const pages = [textAt(72, 700, 'Page one.'), lost, textAt(72, 700, 'Page three.')];
    const parts = await partsOf(pdfOfPages(pages, mapped(10, '<62> <e123>')));

    expect(parts.filter(({ kind }) => kind === 'warning')).toEqual([
      { kind: 'warning', text: 'Page 2 is not read: its fonts do not say which characters they show.' },
    ]);
    expect(parts.filter(({ kind }) => kind === 'paragraph')).toMatchObject([
      { text: 'Page one.', place: { page: 1 } },
      { text: 'Page three.', place: { page: 3 } },
    ]);
  });

  it.each([
    ['Cyrillic read as Latin-1', '\\317\\360\\350\\342\\345\\362 '],
    ['replacements', 'c'],
    ['words with controls between them', 'abed'],
  ])('on every page is a refusal: %s', async (_, text) => {
    const font = '<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding/ToUnicode 6 0 R>>';
    const { objects } = mapped(6, '<63> <fffd> <64> <0003>');
    const lost = `BT /F1 10 Tf 72 700 Td (${text.repeat(10)}) Tj ET`;
    await expect(partsOf(pdfOfPages([lost], { font, objects }))).rejects.toThrow(
      /No page of the PDF can be read/,
    );
  });
});

it('a bullet of a symbol font is a bullet, and other private characters are left out', async () => {
  const drawn = textAt(72, 700, 'a oil and wicksb for the lamp');
  const [text = ''] = await textsOf(pdfOfPages([drawn], mapped(6, '<61> <f0b7> <62> <e123>')));

  expect(text).toMatch(/^• oil \S*nd wicks for the l\S*mp$/);
});

it('ligatures with swapped bytes, as Ghostscript 10.0 writes them, are their letters; ideographs stay', async () => {
  const map = mapped(6, '<61> <66006600> <62> <66006900>');
  const [text] = await textsOf(pdfOfPages([textAt(72, 700, 'The oaice lit the bre.')], map));
  expect(text).toBe('The office lit the fire.');

  const [japanese] = await textsOf(pdfOfPages([textAt(72, 700, 'X a')], mapped(6, '<61> <6600706f>')));
  expect(japanese).toBe('X 昀灯');
});

describe('what the file says about itself', () => {
  it('is its title, author, language and pages', async () => {
    const file = pdfOfPages([textAt(72, 700, 'Text.')], {
      catalog: '/Lang(en-GB)',
      trailer: '/Info 6 0 R',
      objects: ['<</Title(Microsoft Word - The Tower)/Author(A. Keeper)>>'],
    });

    expect((await partsOf(file))[0]).toEqual({
      kind: 'about',
      title: 'The Tower',
      author: 'A. Keeper',
      language: 'en-GB',
      pages: 1,
    });
  });

  it('is the labels of its pages', async () => {
    const file = pdfOfPages([textAt(72, 700, 'Preface.'), textAt(72, 700, 'Chapter.')], {
      catalog: '/PageLabels<</Nums[0<</S/r/St 4>>1<</S/D>>]>>',
    });
    const parts = await partsOf(file);

    expect(parts.filter(({ kind }) => kind === 'paragraph')).toMatchObject([
      { place: { page: 1, pageLabel: 'iv' } },
      { place: { page: 2, pageLabel: '1' } },
    ]);
  });

  it('is its outline, whose titles are headings', async () => {
    const outline = [
      '<</Type/Outlines/First 7 0 R/Last 7 0 R/Count 2>>',
      '<</Title(1. The Tower)/Parent 6 0 R/First 8 0 R/Last 8 0 R/Count 1>>',
      '<</Title(Its light)/Parent 7 0 R>>',
    ];
    const drawn =
      textAt(72, 700, '1 The tower') + textAt(72, 670, 'Its light') + textAt(72, 640, 'It is lit.');
    const parts = await partsOf(pdfOfPages([drawn], { catalog: '/Outlines 6 0 R', objects: outline }));

    expect(parts.slice(1)).toMatchObject([
      { kind: 'heading', level: 1, text: '1 The tower' },
      { kind: 'heading', level: 2, text: 'Its light' },
      { kind: 'paragraph', text: 'It is lit.' },
    ]);
  });
});

describe('what people put on a page', () => {
  const withAnnotations = (...annotations: readonly string[]) =>
    pdfOfPages([textAt(72, 700, 'Name:')], {
      page: `/Annots[${annotations.map((_, at) => `${6 + at} 0 R`).join(' ')}]`,
      objects: annotations,
      catalog: '/AcroForm<</Fields[6 0 R]>>',
    });

  it('is the value of a field, beside its label', async () => {
    const field = '<</Type/Annot/Subtype/Widget/FT/Tx/T(name)/V(Ada Lovelace)/Rect[110 696 300 712]/F 4>>';
    expect(await textsOf(withAnnotations(field))).toEqual(['Name: Ada Lovelace']);
  });

  it('is a note, and not what is hidden', async () => {
    const note = '<</Type/Annot/Subtype/Text/Contents(Ask the keeper.)/Rect[400 700 420 720]/F 4>>';
    const hidden = '<</Type/Annot/Subtype/Text/Contents(Secret.)/Rect[400 700 420 720]/F 2>>';
    expect(await textsOf(withAnnotations(note, hidden))).toEqual(['Name:', 'Ask the keeper.']);
  });
});

it('a page that is missing is named, and those before it are read', async () => {
  const page =
    '<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Resources<</Font<</F1 3 0 R>>>>/Contents 5 0 R>>';
  const file = pdfFile([
    '<</Type/Catalog/Pages 2 0 R>>',
    '<</Type/Pages/Kids[4 0 R 99 0 R]/Count 2>>',
    '<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>',
    page,
    `<</Length 60>>\nstream\n${textAt(72, 700, 'Here.').padEnd(60)}\nendstream`,
  ]);
  const parts = await partsOf(file);

  expect(parts.slice(1)).toMatchObject([
    { kind: 'warning', text: expect.stringMatching(/^Page 2 is not read: it is damaged/) },
    { kind: 'paragraph', text: 'Here.', place: { page: 1 } },
  ]);
});
