import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DecryptionError, decryptValue, encryptValue, newKey } from './cipher.ts';

const key = newKey();
const place = 't#session#s@2#TurnCompleted';

describe('an encrypted value', () => {
  it('decrypts to the original', () => {
    fc.assert(
      fc.property(fc.string(), fc.jsonValue({ noUnicodeString: false }), (anyPlace, value) => {
        const wire = JSON.parse(JSON.stringify(value));

        expect(decryptValue(key, anyPlace, encryptValue(key, anyPlace, value))).toEqual(wire);
      }),
    );
  });

  it('reveals nothing of its content, and differs each time', () => {
    const [one, other] = [encryptValue(key, place, 'Chimborazo'), encryptValue(key, place, 'Chimborazo')];

    expect(Buffer.from(one).includes('Chimborazo')).toBe(false);
    expect(Buffer.from(one).equals(Buffer.from(other))).toBe(false);
  });

  it.each([
    ['another key', () => decryptValue(newKey(), place, encryptValue(key, place, 'v'))],
    ['another place', () => decryptValue(key, 't#session#s@3#TurnCompleted', encryptValue(key, place, 'v'))],
    ['nothing', () => decryptValue(key, place, new Uint8Array())],
  ])('does not decrypt with %s', (_, open) => {
    expect(open).toThrow(DecryptionError);
  });

  it('does not decrypt after a bit is changed or bytes are removed', () => {
    const encrypted = encryptValue(key, place, { message: 'Which mountain is my favourite?' });
    const bits = fc.nat(encrypted.length * 8 - 1);

    fc.assert(
      fc.property(bits, (bit) => {
        const tampered = Uint8Array.from(encrypted);
        tampered[bit >> 3] = (tampered[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(() => decryptValue(key, place, tampered)).toThrow(DecryptionError);
      }),
    );
    fc.assert(
      fc.property(fc.nat(encrypted.length - 1), (length) => {
        expect(() => decryptValue(key, place, encrypted.subarray(0, length))).toThrow(DecryptionError);
      }),
    );
  });
});
