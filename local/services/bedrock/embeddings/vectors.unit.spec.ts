import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { embedBytes, embedText, similarity } from './vectors.ts';

const dimension = 1024;
const near = (a: string, b: string) => similarity(embedText(a, dimension), embedText(b, dimension));

describe('a vector of a text', () => {
  it('has length 1 and is deterministic, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.constantFrom(256, 384, 1024, 3072), (text, size) => {
        const vector = embedText(text, size);
        expect(vector).toHaveLength(size);
        expect(Math.hypot(...vector)).toBeCloseTo(1, 5);
        expect(embedText(text, size)).toEqual(vector);
      }),
    );
  });

  it.each([
    [
      'How do I get a refund for my order?',
      'Refunds of orders are paid within 14 days.',
      'The museum opens at nine.',
    ],
    [
      'engine maintenance interval',
      'Maintain the engine at intervals of 500 hours.',
      'A recipe for onion soup.',
    ],
    ['返品の方法を教えて', '返品は購入後三十日以内に行えます。', '会議は午後三時に始まります。'],
    [
      'Wie kündige ich den Vertrag?',
      'Der Vertrag kann monatlich gekündigt werden.',
      'Das Wetter bleibt schön.',
    ],
  ])('is nearer to a paraphrase than to another subject: %s', (question, paraphrase, other) => {
    expect(near(question, paraphrase)).toBeGreaterThan(near(question, other) + 0.1);
  });

  it('does not confuse shared grammar with a shared subject', () => {
    expect(near('what is the price of it', 'where is the door of it')).toBeLessThan(0.3);
  });

  it('keeps every word of a text findable, whatever the other words', () => {
    for (const word of ['quokka', 'js']) expect(near(word, 'quokka js')).toBeGreaterThan(0.4);
  });
});

describe('a vector of a file', () => {
  const file = Uint8Array.from({ length: 20_000 }, (_, index) => (index * 7919) % 251);

  it('has length 1, is near for an almost equal file and far for another', () => {
    const changed = file.slice();
    changed.set([1, 2, 3], 10_000);
    const other = Uint8Array.from({ length: 20_000 }, (_, index) => (index * 104_729) % 241);

    const vector = embedBytes(file, dimension);

    expect(Math.hypot(...vector)).toBeCloseTo(1, 5);
    expect(similarity(vector, embedBytes(changed, dimension))).toBeGreaterThan(0.95);
    expect(Math.abs(similarity(vector, embedBytes(other, dimension)))).toBeLessThan(0.5);
  });

  it('exists for an empty file too', () => {
    expect(Math.hypot(...embedBytes(new Uint8Array(), 256))).toBeCloseTo(1, 5);
  });
});
