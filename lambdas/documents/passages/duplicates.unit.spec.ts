import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unlimited } from '../../runtime/work-budget.ts';
import type { Block } from '../blocks/block.ts';
import { readText } from '../plain-text/read-text.ts';
import { documentPassages } from './passages.ts';

const paragraph = (text: string): Block => ({ kind: 'paragraph', text });
const textsOf = async (blocks: Iterable<Block>) =>
  (await Array.fromAsync(documentPassages(blocks, unlimited))).map(({ text }) => text);

const clauses = [
  'Nobody may copy it, lend it or read it aloud without leave of the keeper, who is to be asked in writing.',
  'It was made with care, but the makers stand for no harm that comes of its use, whatever the cause.',
  'Prices and times may change at any hour, and those that hang at the harbour office are the ones that count.',
  'Old copies are to be burned or brought back, so that no ship steers by a light that is out.',
  'The name of the house and the drawing of the tower are marks of their owner and stay so.',
  'Questions go to the board at the quay, which answers within the week, storms and holidays excepted.',
  'Where two languages differ, the older one is right, and the law of the island is the law of this paper.',
  'Whoever finds a fault in a chart is thanked for a letter that says where, when and by which star it was seen.',
];
const notice = (date: string) => `This paper of ${date} is for members only. ${clauses.join(' ')}`;
const page = (of: string) =>
  Array.from(
    { length: 16 },
    (_, at) => `The ${of} of room ${at} was made by hand in the year of the storm.`,
  ).join(' ');
const names = ['lamp', 'stair', 'door', 'bell', 'boat', 'rope'];
const dated = names.flatMap((name, at) => [page(name), notice(`${at + 1} May 2024`)]);

describe('a passage of running text that differs from an earlier one in a few words or digits', () => {
  it('is kept once, with all other text', async () => {
    const texts = await textsOf(dated.map(paragraph));

    expect(texts.filter((text) => text.includes('members only'))).toHaveLength(1);
    for (const name of names) expect(texts.join('\n')).toContain(`The ${name} of room 15`);
  });

  it('is kept under each heading', async () => {
    const blocks = dated.flatMap((text, at): Block[] => [
      { kind: 'heading', level: 1, text: `Chapter ${at}` },
      paragraph(text),
    ]);

    expect((await textsOf(blocks)).filter((text) => text.includes('members only'))).toHaveLength(6);
  });

  it('is kept where more than a tenth of it differs', async () => {
    const changed = notice('1 May 2024').replaceAll(' the ', ' their ');
    const texts = [notice('1 May 2024'), page('lamp'), changed];

    expect(await textsOf(texts.map(paragraph))).toHaveLength(3);
  });
});

describe('records that differ in a number', () => {
  const word = fc.stringMatching(/^[a-z]{2,9}$/);
  const template = fc.array(word, { minLength: 3, maxLength: 60 });
  const lines = fc.record({ words: template, count: fc.integer({ min: 2, max: 40 }), at: fc.nat(60) });
  const recordsOf = ({ words, count, at }: { words: string[]; count: number; at: number }) =>
    Array.from({ length: count }, (_, number) =>
      words.toSpliced(at % words.length, 0, `${7001 + number}`).join(' '),
    );
  const forms: Readonly<Record<string, (texts: readonly string[]) => Block[]>> = {
    rows: (texts) => texts.map((text) => ({ kind: 'row', table: 1, text })),
    items: (texts) => texts.map((text) => ({ kind: 'item', text })),
    'lines of code': (texts) => [{ kind: 'code', text: texts.join('\n') }],
    'lines of a log': (texts) => [...readText(texts.join('\n'), unlimited)],
    paragraphs: (texts) => texts.map(paragraph),
    sentences: (texts) => [paragraph(texts.map((text) => `${text}.`).join(' '))],
    'records under headings': (texts) =>
      texts.flatMap((text): Block[] => [{ kind: 'heading', level: 1, text: 'Record' }, paragraph(text)]),
  };

  it.each(Object.entries(forms))('are all kept: %s', async (_, blocksOf) => {
    await fc.assert(
      fc.asyncProperty(lines, async (made) => {
        const texts = (await textsOf(blocksOf(recordsOf(made)))).join('\n');
        const numbers = new Set(texts.match(/7\d\d\d/g));

        expect(numbers.size).toBe(made.count);
      }),
      { numRuns: 30, seed: 18 },
    );
  });
});
