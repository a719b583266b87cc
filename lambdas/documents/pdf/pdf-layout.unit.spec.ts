import { describe, expect, it } from 'vitest';
import { pdfOfPages, textAt } from '../../testing/pdf.ts';
import { type Block, isBlock } from '../blocks/block.ts';
import { layoutOf, textsOf as textsOfStretches } from './layout/page-layout.ts';
import { Runs } from './layout/runs.ts';
import { pdfParts } from './pdf-parts.ts';

/** The blocks of a file whose pages draw so. */
async function blocksOf(...pages: readonly string[]): Promise<Block[]> {
  const parts = await Array.fromAsync(pdfParts(new Uint8Array(pdfOfPages(pages))));
  return parts.filter(isBlock);
}

const textsOf = async (...pages: readonly string[]) => (await blocksOf(...pages)).map(({ text }) => text);

/** Lines of text from the top of a place down. */
const linesAt = (x: number, y: number, lines: readonly string[], size = 10) =>
  lines.map((line, at) => textAt(x, y - at * size * 1.2, line, size)).join('');

describe('words', () => {
  it('on one line are apart where there is space between them', async () => {
    expect(await textsOf(textAt(72, 700, 'the') + textAt(117, 700, 'form'))).toEqual(['the form']);
  });

  it('are whole where their pieces touch', async () => {
    expect(await textsOf(textAt(72, 700, 'light') + textAt(72 + 18.34, 700, 'house'))).toEqual([
      'lighthouse',
    ]);
  });

  it("that a hyphen divides at a line's end are joined", async () => {
    expect(await textsOf(linesAt(72, 700, ['It was the detec-', 'tion of light.']))).toEqual([
      'It was the detection of light.',
    ]);
  });

  it.each([
    [['the Anglo-', 'Saxon king'], 'the Anglo-Saxon king'],
    [['A well-known sea. The well-', 'known keeper'], 'A well-known sea. The well-known keeper'],
    [['state-of-the-', 'art lamps'], 'state-of-the-art lamps'],
    [['the years 1990-', '1995 were calm'], 'the years 1990-1995 were calm'],
    [['in- and output of'], 'in- and output of'],
  ])('keep a hyphen of their own: %s', async (lines, text) => {
    expect(await textsOf(linesAt(72, 700, lines))).toEqual([text]);
  });

  it('drawn twice to look bold are read once', async () => {
    const twice = textAt(72, 700, 'Danger') + textAt(72.4, 700, 'Danger') + textAt(72, 680, 'Danger');
    expect((await textsOf(twice)).join(' ')).toBe('Danger Danger');
  });

  it('keep the number of a footnote, raised and small, in their line', async () => {
    const raised = textAt(72, 700, 'The keeper') + textAt(120.5, 703.5, '2', 6) + textAt(127, 700, 'sleeps.');
    expect(await textsOf(raised)).toEqual(['The keeper2 sleeps.']);
  });
});

const prose = (word: string) =>
  Array.from({ length: 6 }, (_, at) => `The ${word} column has its line number ${at}`);

describe('columns', () => {
  it('are read one after the other, also when their lines are drawn in turn', async () => {
    const [left, right] = [prose('left'), prose('right')];
    const drawn = left
      .map((line, at) => textAt(72, 700 - at * 12, line) + textAt(320, 700 - at * 12, right[at] ?? ''))
      .join('');
    const title = textAt(150, 740, 'A title that is as wide as both of the columns', 14);

    const texts = await textsOf(title + drawn);

    expect(texts.join('\n')).toBe(
      ['A title that is as wide as both of the columns', left.join(' '), right.join(' ')].join('\n'),
    );
  });

  it('of numbers are a table, read row by row', async () => {
    const rows = [
      ['Year', 'Light', 'Keepers'],
      ['1871', 'oil', '3'],
      ['1923', 'gas', '2'],
      ['1987', 'electric', '0'],
    ];
    const drawn = rows
      .map((cells, at) =>
        cells.map((cell, column) => textAt(72 + column * 120, 700 - at * 14, cell)).join(''),
      )
      .join('');

    expect(await blocksOf(drawn)).toMatchObject([
      { kind: 'row', text: 'Year, Light, Keepers', table: 1, place: { page: 1 } },
      { kind: 'row', text: '1871, oil, 3', table: 1 },
      { kind: 'row', text: '1923, gas, 2', table: 1 },
      { kind: 'row', text: '1987, electric, 0', table: 1 },
    ]);
  });
});

describe('paragraphs', () => {
  it('end at a wider space between lines, and begin with an indent', async () => {
    const long = 'The keeper walked up the stairs of the tower each evening to';
    const drawn =
      linesAt(72, 700, [long, 'light the lamp.']) +
      linesAt(72, 660, [long, long]) +
      textAt(90, 636, `${long} x`);

    expect(await textsOf(drawn + textAt(72, 624, long))).toEqual([
      `${long} light the lamp.`,
      `${long} ${long}`,
      `${long} x ${long}`,
    ]);
  });

  it('are headings where they are larger than the text', async () => {
    const drawn = textAt(72, 730, 'The Tower', 20) + linesAt(72, 700, prose('only'));
    expect(await blocksOf(drawn)).toMatchObject([
      { kind: 'heading', level: 1, text: 'The Tower' },
      { kind: 'paragraph', text: prose('only').join(' ') },
    ]);
  });

  it('are paragraphs where a wider space parts them, also in a short text', async () => {
    const first = [
      'The keeper lit the lamp in the tower, and the fire did',
      'not go out until the summer of 1891',
    ];
    const second = ['No other light stands between it and the open sea, so', 'the boats look for it.'];
    const third = ['He wrote of it.'];
    const drawn =
      linesAt(72, 700, first) + linesAt(72, 667, second) + linesAt(72, 634, third) + linesAt(72, 613, third);

    expect(await textsOf(drawn)).toEqual([first, second, third, third].map((lines) => lines.join(' ')));
  });

  it('above a table, on one side of it, are no row', async () => {
    const rows = ['Boat', 'Skerry', 'Muckle', 'Rona'].map(
      (name, at) => textAt(72, 680 - 14 * at, name) + textAt(300, 680 - 14 * at, `${at} men`),
    );
    const blocks = await blocksOf(textAt(72, 700, 'Boats') + rows.join(''));

    expect(blocks.map(({ kind }) => kind)).toEqual(['paragraph', 'row', 'row', 'row', 'row']);
  });

  it('that begin with a bullet are items', async () => {
    const blocks = await blocksOf(
      linesAt(72, 700, ['- oil for the lamp', '- wicks, of which some', '  are spare']),
    );
    expect(blocks.map(({ kind }) => kind)).toEqual(['item', 'item']);
  });

  it('go on over the end of a page, with a word that it divides', async () => {
    const [first, second] = await blocksOf(
      linesAt(72, 700, ['The keeper walked up the stairs of the tower to the lan-']),
      linesAt(72, 700, ['tern and lit it.']),
    );

    expect(first).toEqual({
      kind: 'paragraph',
      text: 'The keeper walked up the stairs of the tower to the',
      place: { page: 1 },
    });
    expect(second).toEqual({
      kind: 'paragraph',
      text: 'lantern and lit it.',
      place: { page: 2 },
      continues: true,
    });
  });
});

describe('lines that run through a document', () => {
  it('are left out: titles and page numbers', async () => {
    const pages = ['first', 'second', 'third', 'fourth'].map(
      (word, at) =>
        textAt(72, 770, 'The annual report') +
        textAt(72, 700, `It is the ${word} page.`) +
        textAt(300, 30, `Page ${at + 7} of 10`),
    );

    expect(await textsOf(...pages)).toEqual([
      'It is the first page.',
      'It is the second page.',
      'It is the third page.',
      'It is the fourth page.',
    ]);
  });

  it('stay where they differ, and where whole pages are the same', async () => {
    const differing = ['oil', 'gas', 'wind'].map(
      (word) => textAt(72, 770, `About ${word}`) + textAt(72, 700, word),
    );
    const copies = Array.from({ length: 3 }, () => linesAt(72, 780, ['one', 'two', 'three', 'four', 'five']));

    expect((await textsOf(...differing)).join(' ')).toBe('About oil oil About gas gas About wind wind');
    expect((await textsOf(...copies)).join(' ').match(/one/g)).toHaveLength(3);
  });
});

it('Japanese that goes down the page, drawn letter by letter, is read in columns from the right', () => {
  const runs = new Runs(0);
  for (const [column, letters] of ['古池や蛙飛', 'びこむ水の', '音である。'].entries()) {
    for (const [at, str] of [...letters].entries()) {
      const transform = [10, 0, 0, 10, 400 - column * 16, 700 - at * 10];
      runs.add({ str, transform, width: 10, height: 10, dir: 'ltr', fontName: '' }, false);
    }
  }
  runs.settle();

  expect(textsOfStretches(layoutOf(runs).stretches, new Set())).toEqual(['古池や蛙飛びこむ水の音である。']);
});

it('text from right to left is in its order, with numbers and foreign words in theirs', () => {
  const runs = new Runs(0);
  const draw = (str: string, x: number, dir: string) =>
    runs.add(
      { str, transform: [10, 0, 0, 10, x, 700], width: str.length * 5, height: 10, dir, fontName: '' },
      false,
    );
  draw('שלום', 300, 'rtl');
  draw('PDF', 275, 'ltr');
  draw('1.7', 255, 'ltr');
  draw('עולם', 228, 'rtl');

  expect(textsOfStretches(layoutOf(runs).stretches, new Set())).toEqual(['שלום 1.7 PDF עולם']);
});

it('text that is turned is read apart from the text beside it', async () => {
  const turned = 'BT /F1 10 Tf 0 1 -1 0 40 300 Tm (A note on the margin) Tj ET ';
  expect(
    await textsOf(turned + linesAt(72, 400, ['The keeper walked up the stairs', 'of the tower.'])),
  ).toEqual(['The keeper walked up the stairs of the tower.', 'A note on the margin']);
});
