import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unlimited } from '../../runtime/work-budget.ts';
import type { Block } from '../blocks/block.ts';
import { passageWeights } from './cutter.ts';
import { documentPassages, passageUnits } from './passages.ts';
import { weigh } from './tokens.ts';
import { textOf, type Unit } from './unit.ts';

const passagesOf = (blocks: readonly Block[]) => Array.fromAsync(documentPassages(blocks, unlimited));
const paragraph = (text: string): Block => ({ kind: 'paragraph', text });
const heading = (level: number, text: string): Block => ({ kind: 'heading', level, text });

/** Text as people write it, in several scripts, with all difficult characters. */
const prose = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 40 }),
      fc.constantFrom(
        'The pump stops at noon. ',
        'それは雨の日でした。',
        '今天我们讨论计划！',
        'Насос стоит. ',
        '\n',
        ' ',
      ),
      fc.constantFrom('word '.repeat(400), '長い'.repeat(900), '\u{1F600}'.repeat(800), 'x'.repeat(3000)),
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(''));

const blocks = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('heading' as const), level: fc.integer({ min: 1, max: 6 }), text: prose }),
    fc.record({
      kind: fc.constantFrom('paragraph' as const, 'item' as const, 'code' as const),
      text: prose,
    }),
    fc.record({
      kind: fc.constant('paragraph' as const),
      text: prose,
      continues: fc.constant(true as const),
    }),
    fc.record({ kind: fc.constant('row' as const), text: prose, table: fc.integer({ min: 1, max: 2 }) }),
    fc.record({
      ...{ kind: fc.constant('row' as const), text: prose },
      ...{ table: fc.constant(2), header: fc.constant(true as const) },
    }),
  ),
  { maxLength: 12 },
);

const withoutSpaces = (text: string) => text.replaceAll(/\s+/g, '');

/** Puts each block on a page of its own, with the number of the page at the end of its text. */
const numbered = (found: readonly Block[]): Block[] =>
  found.map((block, number) => ({
    ...block,
    text: `${block.text} [${number + 1}]`,
    place: { page: number + 1 },
  }));

describe('documentPassages', () => {
  it('loses no character, keeps the order and the size, in any script', () =>
    fc.assert(
      fc.asyncProperty(blocks, async (found) => {
        const known = new Set<Unit>();
        let read = '';
        for await (const units of passageUnits(found, unlimited)) {
          const text = textOf(units);
          expect(text).not.toBe('');
          expect(weigh(text)).toBeLessThanOrEqual(passageWeights.most);
          const added = units.filter((unit) => !unit.repeated && !known.has(unit));
          for (const unit of added) known.add(unit);
          expect(added).not.toEqual([]);
          read += withoutSpaces(textOf(added));
        }
        expect(read).toBe(withoutSpaces(found.map(({ text }) => text).join('')));
      }),
      { numRuns: 150 },
    ));

  it('knows the page on which each passage starts and ends', () =>
    fc.assert(
      fc.asyncProperty(blocks, async (found) => {
        // A repeated row of names is not on the page of the passage.
        const plain = found.filter((block) => !('header' in block));
        for (const { text, page = 0, lastPage = page } of await passagesOf(numbered(plain))) {
          const marks = [...text.matchAll(/ \[(\d+)\]/g)].map(([, number]) => Number(number));
          // The mark ends the text of its page.
          for (const mark of marks) expect(mark).toBeGreaterThanOrEqual(page);
          expect(marks.at(-1) ?? 0).toBeLessThanOrEqual(lastPage);
        }
      }),
      { numRuns: 100 },
    ));

  it('ends passages at paragraphs once they are long enough', async () => {
    const text = (n: number) => `Meeting ${n}. ${'The committee met again. '.repeat(35)}`.trim();

    const passages = await passagesOf([text(1), text(2), 'The end.'].map(paragraph));

    expect(passages.map((passage) => passage.text)).toEqual([text(1), text(2), 'The end.']);
  });

  it('repeats the last sentence when it cuts inside a paragraph', async () => {
    const sentences = Array.from({ length: 40 }, (_, n) => `Sentence number ${n} speaks of something else.`);

    const [first, second] = await passagesOf([paragraph(sentences.join(' '))]);

    const repeated = /Sentence number \d+ speaks of something else\.$/.exec(first?.text ?? '')?.[0] ?? 'none';
    expect(second?.text.startsWith(repeated) || second?.text.includes(` ${repeated}`)).toBe(true);
  });

  it('keeps short documents whole, and returns nothing for white space', async () => {
    expect(await passagesOf([heading(1, 'Title'), paragraph('One line.')])).toEqual([
      { text: 'Title\nOne line.', heading: ['Title'] },
    ]);
    expect(await passagesOf([paragraph(' \n\n \t ')])).toEqual([]);
  });

  it('measures tokens, so that a passage of ideographs has fewer characters', async () => {
    const japanese = await passagesOf([paragraph('雨の日でした。'.repeat(200))]);
    const english = await passagesOf([paragraph('It was a rainy day. '.repeat(200))]);

    expect(japanese[0]?.text.length).toBeLessThan(260);
    expect(english[0]?.text.length).toBeGreaterThan(900);
  });
});

describe('the headings of a passage', () => {
  it('are those above its start, and stay with the text below them', async () => {
    const long = (name: string) => paragraph(`${name} has a long text. `.repeat(40));
    const passages = await passagesOf([
      ...[heading(1, 'Manual'), heading(2, 'Oil'), long('Oil'), heading(2, 'Wicks'), heading(3, 'Spare')],
      ...[long('A wick'), heading(1, 'Appendix'), long('The end')],
    ]);

    expect(passages.map(({ text, heading: above }) => [text.slice(0, 12), above])).toEqual(
      [
        ['Manual\nOil\nO', ['Manual']],
        ['Wicks\nSpare\n', ['Manual', 'Wicks']],
        ['A wick has a', ['Manual', 'Wicks', 'Spare']],
        ['Appendix\nThe', ['Appendix']],
      ].filter(([start]) => passages.some(({ text }) => text.startsWith(String(start)))),
    );
    expect(passages.every(({ text }) => !/(?:Oil|Spare|Appendix)$/.test(text))).toBe(true);
  });

  it('take at most a kilobyte of the vector’s metadata', async () => {
    const levels = [1, 2, 3, 4, 5, 6].map((level) => heading(level, '見出し'.repeat(100)));

    const passages = await passagesOf([...levels, paragraph('Below.')]);

    for (const { heading: above = [] } of passages) {
      expect(Buffer.byteLength(above.join(''))).toBeLessThanOrEqual(960);
      expect(above.join('')).not.toContain('\uFFFD');
    }
    expect(passages.at(-1)?.heading?.length).toBeGreaterThan(2);
  });
});

describe('a table', () => {
  it('keeps the row that names its columns in each passage, and the range of its cells', async () => {
    const rowOf = (number: number): Block => ({
      ...{ kind: 'row', table: 1, text: `${number}, ${'light '.repeat(30)}` },
      place: { sheet: 'Lamps', cells: `A${number}:B${number}` },
    });
    const names: Block = {
      ...{ kind: 'row', table: 1, header: true, text: 'Year, Light' },
      place: { sheet: 'Lamps', cells: 'A1:B1' },
    };

    const passages = await passagesOf([names, ...Array.from({ length: 20 }, (_, n) => rowOf(n + 2))]);

    expect(passages.length).toBeGreaterThan(2);
    expect(passages.every(({ text }) => text.startsWith('Year, Light\n'))).toBe(true);
    expect(passages[0]?.cells).toMatch(/^A1:B\d+$/);
    expect(passages[1]?.cells).toMatch(/^A[2-9]:B\d+$/);
    expect(passages.at(-1)?.cells).toMatch(/^A\d+:B21$/);
  });

  it('does not lend its columns to the next table', async () => {
    const rows = (table: number): Block[] =>
      Array.from({ length: 20 }, (_, n) => ({
        kind: 'row',
        table,
        text: `${table}.${n}, ${'x '.repeat(60)}`,
      }));

    const passages = await passagesOf([
      { kind: 'row', table: 1, header: true, text: 'Names' },
      ...rows(1),
      ...rows(2),
    ]);

    const ofSecond = passages.filter(({ text }) => /^2\.|\n2\./.test(text) && !text.includes('1.19'));
    expect(ofSecond.length).toBeGreaterThan(0);
    expect(ofSecond.every(({ text }) => !text.includes('Names'))).toBe(true);
  });
});

describe('places', () => {
  it('a sentence crosses pages, and its passage says where it starts and ends', async () => {
    const passages = await passagesOf([
      { kind: 'paragraph', text: 'The lamp is lit at dusk and', place: { page: 3, pageLabel: 'iii' } },
      { kind: 'paragraph', text: 'burns all night.', continues: true, place: { page: 4, pageLabel: 'iv' } },
    ]);

    expect(passages).toEqual([
      { text: 'The lamp is lit at dusk and burns all night.', page: 3, pageLabel: 'iii', lastPage: 4 },
    ]);
  });

  it('no space joins ideographs across pages', async () => {
    const [passage] = await passagesOf([
      paragraph('夜に灯をと'),
      { ...paragraph('もす。'), continues: true } as Block,
    ]);

    expect(passage?.text).toBe('夜に灯をともす。');
  });

  it('no passage crosses slides', async () => {
    const passages = await passagesOf(
      [1, 2].map((slide) => ({ ...paragraph(`Slide ${slide}`), place: { slide } })),
    );

    expect(passages).toEqual([
      { text: 'Slide 1', slide: 1 },
      { text: 'Slide 2', slide: 2 },
    ]);
  });

  it('timed blocks give the seconds of the passage', async () => {
    const passages = await passagesOf([
      { ...paragraph('One.'), place: { start: 1, end: 2 } },
      { ...paragraph('Two.'), place: { start: 3, end: 5 } },
    ]);

    expect(passages).toEqual([{ text: 'One.\n\nTwo.', start: 1, end: 5 }]);
  });
});

it('a passage that differs only in case, spaces and width is kept once', async () => {
  const notice = 'This notice is on each page, in full. '.repeat(25);
  const passages = await passagesOf([notice, `${'Text. '.repeat(150)}`, notice.toUpperCase()].map(paragraph));

  expect(passages.filter(({ text }) => /notice/i.test(text))).toHaveLength(1);
});
