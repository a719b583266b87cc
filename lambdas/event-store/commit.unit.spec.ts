import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { itemBytes } from './commit.ts';

describe('the size of an item', () => {
  it.each<[string, Record<string, unknown>, number]>([
    ['text in UTF-8', { a: 'é€' }, 1 + 5],
    ['names in UTF-8', { é: '' }, 2],
    ['bytes', { a: new Uint8Array(7) }, 1 + 7],
    ['true, false and null', { a: true, b: false, c: null }, 6],
    ['nothing for what is left out', { a: undefined }, 0],
    ['a number by two digits a byte', { a: 12345 }, 1 + 3 + 1],
    ['a number without outer zeros', { a: 1200, b: 0.0012 }, 2 * (1 + 1 + 1)],
    ['a number in exponent form', { a: 1.5e300 }, 1 + 1 + 1],
    ['a sign', { a: -12 }, 1 + 1 + 1 + 1],
    ['zero', { a: 0 }, 1 + 1],
    ['an empty list and an empty map', { a: [], b: {} }, 2 * (1 + 3)],
    ['a list by its elements', { a: ['xy', 'z'] }, 1 + 3 + (1 + 2) + (1 + 1)],
    ['a map by its members', { a: { b: 'xy', c: undefined } }, 1 + 3 + (1 + 1 + 2)],
  ])('counts %s', (_, item, bytes) => {
    expect(itemBytes(item)).toBe(bytes);
  });

  it('grows by one byte with each byte of text, at any place', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.nat(1000), (value, more) => {
        const sized = (text: string) => itemBytes({ value: [value, { text }] } as Record<string, unknown>);
        expect(sized('x'.repeat(more)) - sized('')).toBe(more);
      }),
    );
  });
});
