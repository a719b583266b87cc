import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { assembleWat } from '../testing/assemble-wat.ts';
import { makeSums, program, sumStep } from './weighted-sum.ts';

it('is compiled from its text', () => {
  const text = readFileSync(new URL('weighted-sum.wat', import.meta.url), 'utf8');

  expect(program.toString('hex')).toBe(Buffer.from(assembleWat(text)).toString('hex'));
});

it('is the sum of the products, at any position of the rows', () => {
  const number = fc.float({ min: -1, max: 1, noNaN: true });
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 40 }),
      fc.nat({ max: 13 }),
      fc.array(number, { minLength: 16, maxLength: 64 }),
      (steps, offset, numbers) => {
        const count = steps * sumStep;
        const { floats, sum } = makeSums(2 * count + offset);
        for (let at = 0; at < floats.length; at += 1) floats[at] = numbers[at % numbers.length] ?? 0;
        let expected = 0;
        for (let at = 0; at < count; at += 1) {
          expected += (floats[offset + at] ?? 0) * (floats[offset + count + at] ?? 0);
        }

        expect(sum(offset, offset + count, count)).toBeCloseTo(expected, 4);
      },
    ),
  );
});
