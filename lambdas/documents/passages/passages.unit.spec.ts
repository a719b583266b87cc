import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unlimited } from '../../runtime/work-budget.ts';
import { documentPassages, passageChars, passageRanges } from './passages.ts';

/** Text as people write it, in several scripts, with all difficult characters. */
const prose = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 40 }),
      fc.constantFrom(
        'The pump stops at noon. ',
        'それは雨の日でした。',
        '今天我们讨论计划！',
        '\n\n',
        '\n \n',
        ' ',
      ),
      fc.constantFrom('word '.repeat(400), '長い'.repeat(900), '\u{1F600}'.repeat(800), 'x'.repeat(3000)),
    ),
    { maxLength: 40 },
  )
  .map((parts) => parts.join(''));

describe('documentPassages', () => {
  it('loses no character, keeps the order and the size limit, in any script', () => {
    fc.assert(
      fc.property(prose, (text) => {
        let covered = 0;
        for (const { start, end } of passageRanges(text, unlimited)) {
          expect(end - start).toBeLessThanOrEqual(passageChars.most);
          expect(text.slice(start, end).trim()).not.toBe('');
          expect(covered - start).toBeLessThanOrEqual(passageChars.overlap);
          expect(text.slice(covered, start).trim()).toBe('');
          expect(end).toBeGreaterThan(covered);
          covered = end;
        }
        expect(text.slice(covered).trim()).toBe('');
      }),
      { numRuns: 200 },
    );
  });

  it('splits no character', () => {
    for (const { text } of documentPassages('\u{1F600}'.repeat(5000), unlimited))
      expect(text.isWellFormed()).toBe(true);
  });

  it('ends passages at paragraphs once they are long enough', () => {
    const paragraph = 'The committee met again. '.repeat(35).trim();

    const passages = documentPassages(`${paragraph}\n\n${paragraph}\n\nThe end.`, unlimited);

    expect(passages.map(({ text }) => text)).toEqual([paragraph, paragraph, 'The end.']);
  });

  it('repeats the last sentence when it cuts inside a paragraph', () => {
    const sentences = Array.from({ length: 40 }, (_, n) => `Sentence number ${n} speaks of something else.`);

    const [first, second] = documentPassages(sentences.join(' '), unlimited);

    const last = first?.text.slice(-passageChars.overlap) ?? '';
    const repeated = /Sentence number \d+ speaks of something else\.$/.exec(last)?.[0] ?? 'none';
    expect(second?.text).toContain(repeated);
  });

  it('keeps short texts whole, and returns nothing for white space', () => {
    expect(documentPassages('# Title\n\nOne line.', unlimited)).toEqual([{ text: '# Title\n\nOne line.' }]);
    expect(documentPassages(' \n\n \t ', unlimited)).toEqual([]);
  });
});
