import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Faults } from './faults.ts';
import { parseFaults } from './settings.ts';

const kinds = ['throttle', 'cut', 'silence'] as const;
type Kind = (typeof kinds)[number];

describe('rates of faults', () => {
  it('are parsed from text', () => {
    expect(parseFaults(' throttle=0.1, cut = 0.05,dynamodb.lost=0.2,seed=7,')).toEqual({
      models: { throttle: 0.1, cut: 0.05, seed: 7 },
      dynamodb: { lost: 0.2, seed: 7 },
    });
    expect(parseFaults(undefined)).toEqual({ models: {}, dynamodb: {} });
  });

  it.each([
    ['trottle=0.1', /"trottle=0.1" is not known; write throttle, /],
    ['dynamodb.cut=0.1', /"dynamodb.cut=0.1" is not known; .* dynamodb.lost or seed$/],
    ['dynamodb.lost=2', /lost must be from 0 to 1/],
    ['throttle', /"throttle" needs a number/],
    ['throttle=often', /needs a number/],
    ['throttle=2', /throttle must be from 0 to 1/],
    ['throttle=0.6,cut=0.6', /add up to 1.2/],
  ])('"%s" is refused with the remedy', (text, message) => {
    expect(() => parseFaults(text)).toThrow(message);
  });
});

describe('faults', () => {
  it('never happen without rates', () => {
    const faults = new Faults(kinds);

    expect(Array.from({ length: 1000 }, () => faults.next('me')).filter(Boolean)).toEqual([]);
    expect(faults.counts).toEqual({});
  });

  it('follow the same sequence for the same seed, at about their rate', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const rates = { throttle: 0.2, cut: 0.1, seed };
        const run = (faults: Faults<Kind>) => Array.from({ length: 2000 }, () => faults.next('me'));
        const faults = new Faults(kinds, rates);
        const first = run(faults);
        faults.set(rates);

        expect(run(faults)).toEqual(first);
        expect(first.filter((fault) => fault === 'throttle').length / 2000).toBeCloseTo(0.2, 1);
        expect(first.filter((fault) => fault === 'cut').length / 2000).toBeCloseTo(0.1, 1);
        expect(first.every((fault) => fault === undefined || fault === 'throttle' || fault === 'cut')).toBe(
          true,
        );
      }),
      { numRuns: 20 },
    );
  });

  it('apply only to the callers and kinds that they are limited to', () => {
    const faults = new Faults(kinds);
    faults.set({ throttle: 1 }, (arn) => arn.includes('projector'));

    expect(faults.next('role/handler')).toBeUndefined();
    expect(faults.next('role/projector', (kind) => kind !== 'throttle')).toBeUndefined();
    expect(faults.next('role/projector')).toBe('throttle');
    expect(faults.counts).toEqual({ throttle: 1 });
  });
});
