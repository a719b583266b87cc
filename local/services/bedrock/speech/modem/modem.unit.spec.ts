import { emotions } from '@nova/shared/vocabulary';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { listen } from './decode.ts';
import { speak } from './encode.ts';
import { speakers } from './frame.ts';

const text = (samples: Float32Array, sampleRate: number) =>
  listen(samples, sampleRate).map((word) => `${word.speaker}:${word.text}`);

/** Samples quantised as by a recorder: the given number of bits each. */
const quantised = (samples: Float32Array, bits: number) =>
  samples.map((sample) => Math.round(sample * 2 ** (bits - 1)) / 2 ** (bits - 1));

/** Linear interpolation between samples: the simplest resampler. */
function resampled(samples: Float32Array, from: number, to: number): Float32Array {
  return Float32Array.from({ length: Math.floor((samples.length * to) / from) }, (_, index) => {
    const place = (index * from) / to;
    const left = Math.floor(place);
    const [a = 0, b = 0] = [samples[left], samples[left + 1]];
    return a + (b - a) * (place - left);
  });
}

const line = { speaker: 'B', text: 'Hello there, 世界 naïve 🙂', emotion: 'happy' } as const;
const expectedWords = ['B:Hello', 'B:there,', 'B:世界', 'B:naïve', 'B:🙂'];

describe('words as tones', () => {
  it('decode to the same words, with any voice, at any rate', () => {
    const word = fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme' }).filter((w) => /^\S+$/u.test(w));
    fc.assert(
      fc.property(
        fc.array(word, { minLength: 1, maxLength: 4 }),
        fc.constantFrom(...speakers),
        fc.constantFrom(...emotions),
        fc.constantFrom(8000, 11_025, 16_000, 44_100),
        (words, speaker, emotion, sampleRate) => {
          const decoded = listen(
            speak([{ speaker, text: words.join(' '), emotion }], { sampleRate, pause: 0.1 }),
            sampleRate,
          );

          expect(decoded.map((one) => one.text)).toEqual(words);
          expect(decoded.every((one) => one.speaker === speaker && one.emotion === emotion)).toBe(true);
        },
      ),
      { numRuns: 25 },
    );
  });

  it.each([8000, 22_050, 44_100, 48_000])('survive poor resampling from %i to 16000', (sampleRate) => {
    const samples = speak([line], { sampleRate, pause: 0.2 });

    expect(text(resampled(samples, sampleRate, 16_000), 16_000)).toEqual(expectedWords);
  });

  it.each([
    [8, 1],
    [8, 0.2],
    [16, 0.01],
    [24, 2],
  ])('survive %i bits per sample at a gain of %f', (bits, gain) => {
    const samples = speak([line], { sampleRate: 16_000, pause: 0.2 }).map((sample) =>
      Math.max(-1, Math.min(1, sample * gain)),
    );

    expect(text(quantised(samples, bits), 16_000)).toEqual(expectedWords);
  });

  it('do not decode to the same words when a piece is missing', () => {
    const samples = speak([line], { sampleRate: 16_000, pause: 0.2 });
    const [, second] = listen(samples, 16_000);
    const cut = Math.round(((second?.start ?? 0) + 0.1) * 16_000);
    const damaged = Float32Array.from([...samples.subarray(0, cut), ...samples.subarray(cut + 512)]);

    expect(text(damaged, 16_000)).toEqual(['B:Hello', 'B:undefined', 'B:世界', 'B:naïve', 'B:🙂']);
  });

  it('are not found in other sounds', () => {
    let seed = 1;
    const noise = Float32Array.from({ length: 80_000 }, (_, index) => {
      seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
      return 0.2 * (seed / 2 ** 31 - 1) + 0.3 * Math.sin(index * 0.05) + 0.2 * Math.sin(index * 0.2);
    });

    expect(listen(noise, 16_000)).toEqual([]);
    expect(listen(new Float32Array(16_000), 16_000)).toEqual([]);
  });

  it('have their times', () => {
    const decoded = listen(speak([line], { sampleRate: 16_000, pause: 0.5 }), 16_000);

    expect(decoded[0]?.start).toBeCloseTo(0.5, 2);
    expect(decoded[1]?.start).toBeGreaterThan(decoded[0]?.end ?? 0);
  });

  it('need a sample rate that can carry them', () => {
    expect(() => speak([line], { sampleRate: 6000, pause: 0 })).toThrow(/sampleRate/);
  });
});
