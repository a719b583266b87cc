import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newKey, openValue, sealValue, UnsealableError } from './cipher.ts';

const key = newKey();
const place = 't#session#s@2#TurnCompleted';

describe('a sealed value', () => {
  it('opens as what was sealed', () => {
    fc.assert(
      fc.property(fc.string(), fc.jsonValue({ noUnicodeString: false }), (anyPlace, value) => {
        const wire = JSON.parse(JSON.stringify(value));

        expect(openValue(key, anyPlace, sealValue(key, anyPlace, value))).toEqual(wire);
      }),
    );
  });

  it('says nothing of what is in it, and nothing twice', () => {
    const [one, other] = [sealValue(key, place, 'Chimborazo'), sealValue(key, place, 'Chimborazo')];

    expect(Buffer.from(one).includes('Chimborazo')).toBe(false);
    expect(Buffer.from(one).equals(Buffer.from(other))).toBe(false);
  });

  it.each([
    ['another key', () => openValue(newKey(), place, sealValue(key, place, 'v'))],
    ['another place', () => openValue(key, 't#session#s@3#TurnCompleted', sealValue(key, place, 'v'))],
    ['nothing', () => openValue(key, place, new Uint8Array())],
  ])('does not open with %s', (_, open) => {
    expect(open).toThrow(UnsealableError);
  });

  it('does not open once a bit is changed, or bytes are missing', () => {
    const sealed = sealValue(key, place, { message: 'Which mountain is my favourite?' });
    const bits = fc.nat(sealed.length * 8 - 1);

    fc.assert(
      fc.property(bits, (bit) => {
        const tampered = Uint8Array.from(sealed);
        tampered[bit >> 3] = (tampered[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(() => openValue(key, place, tampered)).toThrow(UnsealableError);
      }),
    );
    fc.assert(
      fc.property(fc.nat(sealed.length - 1), (length) => {
        expect(() => openValue(key, place, sealed.subarray(0, length))).toThrow(UnsealableError);
      }),
    );
  });
});
