import { aggregates } from '@nova/shared/events/index';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { itemKey, rowPlaceOf } from './keys.ts';

const name = fc.string({ minLength: 1, maxLength: 20 }).filter((text) => !/[#@]/.test(text));
const head = fc.record({ tenant: name, collection: fc.constantFrom(...aggregates), id: name });
const key = fc.oneof(
  head,
  fc.tuple(head, name).map(([row, of]) => ({ ...row, of })),
);

describe('keys of rows', () => {
  it('are parsed to what they were made from', () => {
    fc.assert(
      fc.property(key, fc.integer({ min: 1, max: 10_000 }), (row, generation) => {
        expect(rowPlaceOf(itemKey(row, generation))).toEqual({ key: row, generation });
      }),
    );
  });

  it.each(['projections', 't#usage', 't#weather@1', 't#usage@0', 't#usage@x', '#usage@1', 't#session@1#s#x'])(
    'are not %s',
    (pk) => {
      expect(rowPlaceOf({ pk, sk: 's' })).toBeUndefined();
    },
  );
});
