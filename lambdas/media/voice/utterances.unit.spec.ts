import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inPieces, joined, mixed, noise, tone, voice, vowels } from '../../testing/audio.ts';
import { type Utterance, utteranceSeconds, utterances } from './utterances.ts';

const rate = 16_000;
const silence = (seconds: number) => new Float32Array(Math.round(seconds * rate));

async function cut(samples: Float32Array, sizes = [5000]): Promise<Utterance[]> {
  const found: Utterance[] = [];
  for await (const utterance of utterances(inPieces(samples, sizes), rate)) found.push(utterance);
  return found;
}

const withNoise = (samples: Float32Array, amplitude: number) =>
  mixed(samples, noise(samples.length / rate, rate, amplitude));

const chord = (seconds: number) =>
  mixed(...([262, 330, 392, 524].map((hertz) => tone(hertz, seconds, rate, 0.15)) as [Float32Array]));

describe('utterances', () => {
  it.each([
    ['silence', 0],
    ['a quiet room', 0.001],
    ['a noisy room', 0.02],
  ])('are found at their times, in %s', async (_, level) => {
    const spoken = joined(silence(1), voice(120, 2, rate), silence(1.2), voice(200, 3, rate), silence(0.9));

    const found = await cut(withNoise(spoken, level));

    expect(found).toHaveLength(2);
    for (const [place, [start, end]] of [[1, 3] as const, [4.2, 7.2] as const].entries()) {
      expect(Math.abs((found[place]?.start ?? 0) - start)).toBeLessThan(0.1);
      expect(Math.abs((found[place]?.end ?? 0) - end)).toBeLessThan(0.1);
    }
  });

  it('are the same for any sizes of the input', async () => {
    const samples = joined(silence(0.7), voice(110, 1, rate), silence(0.8), voice(220, 1, rate), silence(3));
    const whole = await cut(samples, [samples.length]);

    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 9000 }), { minLength: 1 }), async (sizes) => {
        expect(await cut(samples, sizes)).toEqual(whole);
      }),
      { numRuns: 10 },
    );
  });

  it('are found at the very start and the very end', async () => {
    const found = await cut(joined(voice(120, 1, rate), silence(1), voice(120, 1, rate)));

    expect(found.map(({ start, end }) => [start, end].map((time) => Number(time.toFixed(1))))).toEqual([
      [0, 1],
      [2, 3],
    ]);
  });

  it('include short pauses, and a little of the silence around them', async () => {
    const found = await cut(
      joined(silence(1), voice(120, 1, rate), silence(0.3), voice(120, 1, rate), silence(1)),
    );

    expect(found).toHaveLength(1);
    expect((found[0]?.samples.length ?? 0) / rate).toBeCloseTo(2.3 + 2 * utteranceSeconds.margin, 1);
  });

  it('are never too long: speech without a pause is split, and none of it is lost', async () => {
    const seconds = 70;

    const found = await cut(joined(silence(1), voice(120, seconds, rate), silence(1)));

    expect(found.length).toBeGreaterThan(2);
    for (const { start, end } of found) expect(end - start).toBeLessThanOrEqual(utteranceSeconds.max + 0.1);
    for (const [place, { start }] of found.entries()) {
      if (place > 0) expect(start).toBeCloseTo(found[place - 1]?.end ?? 0, 5);
    }
    expect(found[0]?.start).toBeCloseTo(1, 1);
    expect(found.at(-1)?.end).toBeCloseTo(seconds + 1, 1);
  });

  it.each([
    ['speech without a pause, always as loud', vowels(120, 57, rate)],
    ['speech under a chord of 25 times its power', mixed(vowels(120, 57, rate, 0.06), chord(57))],
    ['speech under noise of its power', withNoise(vowels(120, 57, rate), 0.12)],
  ])('hold all of %s', async (_, samples) => {
    const found = await cut(samples);

    const seconds = found.reduce((sum, { start, end }) => sum + end - start, 0);
    expect(seconds).toBeGreaterThan(56);
  });

  it.each([
    ['silence', silence(8)],
    ['nothing', silence(0)],
    ['a hum', tone(100, 8, rate, 0.3)],
    ['a chord', chord(8)],
    ['steady noise', noise(8, rate, 0.1)],
    ['a click in steady noise', mixed(noise(8, rate, 0.1), joined(silence(4), tone(3000, 0.05, rate, 0.3)))],
    ['a click', joined(silence(3), tone(1000, 0.03, rate), silence(3))],
  ])('are not found in %s', async (_, samples) => {
    expect(await cut(samples)).toEqual([]);
  });
});
