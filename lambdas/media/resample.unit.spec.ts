import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { collected, inPieces, joined, tone } from '../testing/audio.ts';
import { resample } from './resample.ts';

const to = 16_000;
const converted = (samples: Float32Array, from: number, sizes = [4096]) =>
  collected(resample(inPieces(samples, sizes), from, to));

/** The amplitude of a tone in the middle of some samples, away from the effects of their edges. */
function amplitudeAt(hertz: number, samples: Float32Array, sampleRate = to): number {
  const middle = samples.subarray(Math.floor(samples.length / 4), Math.floor((samples.length * 3) / 4));
  let real = 0;
  let imaginary = 0;
  for (const [at, sample] of middle.entries()) {
    // A Hann window suppresses other tones.
    const window = 1 - Math.cos((2 * Math.PI * at) / middle.length);
    real += window * sample * Math.cos((2 * Math.PI * hertz * at) / sampleRate);
    imaginary += window * sample * Math.sin((2 * Math.PI * hertz * at) / sampleRate);
  }
  return (2 * Math.hypot(real, imaginary)) / middle.length;
}

describe('resample', () => {
  it('returns the same samples for any sizes of its input', async () => {
    const input = tone(440, 0.2, 44_100);
    const whole = await converted(input, 44_100, [input.length]);

    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1 }), async (sizes) => {
        expect(await converted(input, 44_100, sizes)).toEqual(whole);
      }),
      { numRuns: 20 },
    );
  });

  it('keeps the duration, from any common rate', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 4000, max: 192_000 }),
        fc.nat({ max: 4000 }),
        async (from, count) => {
          const output = await converted(new Float32Array(count), from);

          expect(output.length).toBe(Math.ceil((count * to) / from));
        },
      ),
      { numRuns: 30 },
    );
  });

  it.each([8000, 11_025, 22_050, 44_100, 44_101, 48_000, 96_000, 192_000, 384_000])(
    'keeps frequency and loudness of a tone, from %i Hz',
    async (from) => {
      const output = await converted(tone(1000, 0.5, from), from);

      expect(amplitudeAt(1000, output)).toBeCloseTo(0.5, 2);
      expect(amplitudeAt(1100, output)).toBeLessThan(0.005);
    },
  );

  it('keeps the time of a sound', async () => {
    const from = 44_100;
    const output = await converted(joined(new Float32Array(from), tone(1000, 0.1, from)), from);

    const first = output.findIndex((sample) => Math.abs(sample) > 0.05) / to;
    expect(first).toBeCloseTo(1, 3);
  });

  it('removes frequencies above half the new rate', async () => {
    const output = await converted(tone(9000, 0.5, 48_000), 48_000);

    for (const alias of [7000, 9000 % 8000]) expect(amplitudeAt(alias, output)).toBeLessThan(0.001);
  });

  it('is exact to 32-bit floats, at rates of a simple ratio', async () => {
    const output = await converted(tone(1000, 1, 44_100), 44_100);

    const middle = output.subarray(to / 4, (to * 3) / 4);
    const expected = tone(1000, 1, to).subarray(to / 4, (to * 3) / 4);
    for (const [at, sample] of middle.entries()) expect(sample).toBeCloseTo(expected[at] ?? 0, 4);
  });

  it('accepts input of any size', async () => {
    const input = tone(440, 3, 48_000);

    expect(await converted(input, 48_000, [input.length])).toEqual(await converted(input, 48_000, [700]));
  });

  it('returns its input at the same rate', async () => {
    const input = tone(300, 0.1, to);

    expect(await converted(input, to)).toEqual(input);
  });
});
