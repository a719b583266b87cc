import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseFilter } from './filter.ts';
import type { Metadata } from './metadata.ts';

const matches = (filter: unknown, metadata: Metadata) => parseFilter(filter, new Set(['text']))(metadata);

const primitives = fc.oneof(fc.constantFrom('a', 'b', ''), fc.integer({ min: 0, max: 3 }), fc.boolean());
const values = fc.oneof(primitives, fc.array(primitives, { maxLength: 3 }));
const names = fc.constantFrom('x', 'y');
const metadatas = fc.dictionary(names, values, { noNullPrototype: true });
const lists = fc.array(primitives, { minLength: 1, maxLength: 3 });
const conditions = fc.oneof(
  primitives,
  fc.record({ $eq: primitives }),
  fc.record({ $ne: primitives }),
  fc.record({ $in: lists }),
  fc.record({ $nin: lists }),
  fc.record({ $exists: fc.boolean() }),
  fc.record({ $gte: fc.integer({ min: 0, max: 3 }), $lt: fc.integer({ min: 0, max: 3 }) }),
);
const filters = fc.oneof(
  fc.dictionary(names, conditions, { minKeys: 1, noNullPrototype: true }),
  fc.record({
    $or: fc.array(fc.dictionary(names, conditions, { minKeys: 1, noNullPrototype: true }), {
      minLength: 1,
      maxLength: 3,
    }),
  }),
);

describe('the algebra of filters', () => {
  it('combines by $and and $or', () => {
    fc.assert(
      fc.property(filters, filters, metadatas, (a, b, metadata) => {
        const [left, right] = [matches(a, metadata), matches(b, metadata)];

        expect(matches({ $and: [a, b] }, metadata)).toBe(left && right);
        expect(matches({ $or: [a, b] }, metadata)).toBe(left || right);
        expect(matches({ $and: [{ $or: [a, b] }, a] }, metadata)).toBe(left);
      }),
    );
  });

  it('combines several keys and several operators with and', () => {
    fc.assert(
      fc.property(conditions, conditions, metadatas, (x, y, metadata) => {
        expect(matches({ x, y }, metadata)).toBe(matches({ x }, metadata) && matches({ y }, metadata));
      }),
    );
    fc.assert(
      fc.property(primitives, primitives, metadatas, ($ne, $eq, metadata) => {
        expect(matches({ x: { $ne, $eq } }, metadata)).toBe(
          matches({ x: { $ne } }, metadata) && matches({ x: { $eq } }, metadata),
        );
      }),
    );
  });

  it('has opposites, and $eq equals $in with one value', () => {
    fc.assert(
      fc.property(lists, primitives, metadatas, (list, value, metadata) => {
        expect(matches({ x: { $nin: list } }, metadata)).toBe(!matches({ x: { $in: list } }, metadata));
        expect(matches({ x: { $ne: value } }, metadata)).toBe(!matches({ x: { $eq: value } }, metadata));
        expect(matches({ x: { $exists: false } }, metadata)).toBe(
          !matches({ x: { $exists: true } }, metadata),
        );
        expect(matches({ x: value }, metadata)).toBe(matches({ x: { $in: [value] } }, metadata));
        expect(matches({ x: { $in: list } }, metadata)).toBe(
          list.some((one) => matches({ x: one }, metadata)),
        );
      }),
    );
  });
});

describe('operators', () => {
  it.each([
    [{ genre: 'drama' }, { genre: ['comedy', 'drama'] }, true],
    [{ genre: { $eq: 'drama' } }, { genre: 'Drama' }, false],
    [{ year: 2020 }, { year: '2020' }, false],
    [{ year: { $gt: 2019, $lte: 2020 } }, { year: 2020 }, true],
    [{ year: { $gt: 2020 } }, { year: 2020 }, false],
    [{ year: { $gte: 0 } }, { year: '5' }, false],
    [{ year: { $lt: 5 } }, {}, false],
    [{ kind: { $ne: 'a' } }, {}, true],
    [{ constructor: { $exists: true } }, {}, false],
    [{ $or: [{ a: 1 }, { b: 2 }], c: 3 }, { b: 2, c: 3 }, true],
    [{ $or: [{ a: 1 }, { b: 2 }], c: 3 }, { b: 2, c: 4 }, false],
  ])('%j on %j is %s', (filter, metadata, expected) => {
    expect(matches(filter, metadata as unknown as Metadata)).toBe(expected);
  });

  it.each([
    [[], 'a filter must be a JSON object'],
    [{}, 'a filter must have a condition'],
    [{ text: 'a' }, "metadata key 'text' is not filterable"],
    [{ $or: [{ a: 1 }, { text: 'a' }] }, "metadata key 'text' is not filterable"],
    [{ $not: { a: 1 } }, '$not is not an operator between filters'],
    [{ a: { $regex: 'x' } }, "$regex on 'a' is not an operator"],
    [{ a: {} }, "the condition on 'a' must be a value or an object of operators"],
    [{ a: null }, "the condition on 'a' must be a value or an object of operators"],
    [{ a: { $gt: '1' } }, "$gt on 'a' must be a number"],
    [{ a: { $in: [] } }, "$in on 'a' must be a non-empty list"],
    [{ a: { $nin: [{}] } }, "$nin on 'a' must be a non-empty list"],
    [{ a: { $exists: 'yes' } }, "$exists on 'a' must be true or false"],
    [{ $and: [] }, '$and must be a non-empty list of filters'],
  ])('%j is refused', (filter, problem) => {
    expect(() => matches(filter, {})).toThrow(`Invalid filter: ${problem}`);
  });

  it('refuses a filter that is too deep', () => {
    let filter: object = { a: 1 };
    for (let level = 0; level < 100; level++) filter = { $and: [filter] };

    expect(() => matches(filter, {})).toThrow('levels deep');
  });
});
