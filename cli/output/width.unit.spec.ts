import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutMiddle, widthOf } from './width.ts';

describe('the width of text', () => {
  it.each([
    ['plain', 5],
    ['録音', 4],
    ['가나', 4],
    ['e\u0301', 1],
    ['👩‍👩‍👧', 2],
    ['🇩🇪', 2],
    ['', 0],
  ])('of %j is %i columns', (text, width) => {
    expect(widthOf(text)).toBe(width);
  });
});

describe('text that is cut in its middle', () => {
  it('keeps how it begins and ends', () => {
    expect(cutMiddle('interview.wav', 9)).toBe('inte….wav');
    expect(cutMiddle('interview.wav', 13)).toBe('interview.wav');
  });

  it('is cut between symbols, never within one', () => {
    expect(cutMiddle('録音録音録音', 6)).toBe('録…音');
    expect(cutMiddle('👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧', 5)).toBe('👩‍👩‍👧…👩‍👩‍👧');
  });

  it('is never wider than asked', () => {
    const anyText = fc.string({ unit: 'grapheme' });
    fc.assert(
      fc.property(anyText, fc.nat(40), (text, width) => {
        expect(widthOf(cutMiddle(text, width))).toBeLessThanOrEqual(width);
      }),
    );
  });
});
