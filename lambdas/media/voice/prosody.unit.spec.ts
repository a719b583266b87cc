import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { joined, noise, voice } from '../../testing/audio.ts';
import { guessEmotions, type Prosody, prosodyOf } from './prosody.ts';

const rate = 16_000;
const usual: Prosody = { pitch: 120, spread: 2, level: -20 };
const guessFor = (one: Partial<Prosody>) =>
  guessEmotions([usual, usual, usual, usual, { ...usual, ...one }]).at(-1);

describe('prosodyOf', () => {
  it('distinguishes a lively voice from a flat one, and a loud one from a quiet one', () => {
    const flat = prosodyOf(voice(120, 2, rate), rate);
    const lively = prosodyOf(joined(voice(120, 1, rate), voice(180, 1, rate)), rate);
    const quiet = prosodyOf(
      voice(120, 2, rate).map((sample) => sample / 10),
      rate,
    );

    expect(flat.spread).toBeLessThan(0.5);
    expect(lively.spread).toBeGreaterThan(5);
    expect(flat.level - quiet.level).toBeCloseTo(20, 0);
  });

  it('returns no pitch for a whisper', () => {
    expect(prosodyOf(noise(1, rate, 0.1), rate)).toEqual({ level: expect.any(Number) });
  });
});

describe('guessEmotions', () => {
  it.each([
    ['angry', { pitch: 150, level: -12 }],
    ['happy', { pitch: 150, spread: 4 }],
    ['fearful', { pitch: 150, level: -25 }],
    ['sad', { pitch: 108, level: -26 }],
    ['neutral', { pitch: 125, level: -19 }],
  ])('returns %s for a voice by its difference from the speaker’s average', (name, how) => {
    expect(guessFor(how)?.name).toBe(name);
  });

  it('returns neutral, with little confidence, for a voice heard only a few times, or a whisper', () => {
    const unknown = { name: 'neutral', confidence: 0.1 };

    expect(guessEmotions([usual, { ...usual, pitch: 240, level: 0 }])).toEqual([unknown, unknown]);
    expect(guessEmotions([usual, usual, usual, usual, { level: -30 }]).at(-1)).toEqual(unknown);
  });

  it('is never certain, and does not depend on the average pitch of the voice', () => {
    const prosody = fc.record({
      pitch: fc.double({ min: 70, max: 200, noNaN: true }),
      spread: fc.double({ min: 0, max: 12, noNaN: true }),
      level: fc.double({ min: -60, max: -10, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(prosody, { minLength: 4 }), (utterances) => {
        const guesses = guessEmotions(utterances);
        const higher = utterances.map((one) => ({ ...one, pitch: one.pitch * 2 }));

        expect(guesses.every(({ confidence }) => confidence > 0 && confidence <= 0.35)).toBe(true);
        expect(guessEmotions(higher)).toEqual(guesses);
      }),
    );
  });
});
