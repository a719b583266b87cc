import { describe, expect, it } from 'vitest';
import { languageOf } from './language.ts';
import { speak } from './modem/encode.ts';
import { garbled, unrecognised, utterancesIn } from './utterances.ts';
import { Voices } from './voices.ts';

const sampleRate = 16_000;
const pacing = { sampleRate, pause: 0.8 };

/** A buzz with the pitch of a voice, which the modem does not recognise. */
const buzz = (pitch: number, seconds: number) =>
  Float32Array.from({ length: seconds * sampleRate }, (_, index) => {
    const angle = (2 * Math.PI * pitch * index) / sampleRate;
    return 0.2 * Math.sin(angle) + 0.1 * Math.sin(2 * angle) + 0.05 * Math.sin(3 * angle);
  });
const silence = (seconds: number) => new Float32Array(seconds * sampleRate);
const together = (...parts: Float32Array[]) => Float32Array.from(parts.flatMap((part) => [...part]));

describe('utterances', () => {
  it('are one for each uninterrupted speech, with speaker and emotion', () => {
    const samples = speak(
      [
        { speaker: 'A', text: 'hello there', emotion: 'happy' },
        { speaker: 'B', text: 'good morning' },
        { speaker: 'A', text: 'bye' },
      ],
      pacing,
    );

    const heard = utterancesIn(samples, sampleRate, new Voices());

    expect(heard).toMatchObject([
      { speaker: 'A', text: 'hello there', emotion: 'happy', recognised: true },
      { speaker: 'B', text: 'good morning', emotion: 'neutral', recognised: true },
      { speaker: 'A', text: 'bye', recognised: true },
    ]);
    expect(heard[0]?.start).toBeCloseTo(0.8, 2);
  });

  it('of unknown voices are marked, and distinguished by pitch', () => {
    const samples = together(buzz(110, 1), silence(0.8), buzz(220, 1), silence(0.8), buzz(113, 1));

    const heard = utterancesIn(samples, sampleRate, new Voices());

    expect(heard.map(({ text }) => text)).toEqual([unrecognised, unrecognised, unrecognised]);
    expect(heard.map(({ speaker }) => speaker)).toEqual(['low voice', 'high voice', 'low voice']);
    expect(heard.every(({ emotion, confidence }) => emotion === 'neutral' && confidence < 0.2)).toBe(true);
  });

  it('of both kinds are in order of time', () => {
    const samples = together(speak([{ speaker: 'C', text: 'one' }], pacing), buzz(200, 1));

    expect(utterancesIn(samples, sampleRate, new Voices()).map(({ text }) => text)).toEqual([
      'one',
      unrecognised,
    ]);
  });

  it('do not occur in silence and in faint noise', () => {
    const faint = silence(2).map((_, index) => 0.001 * Math.sin(index));

    expect(utterancesIn(silence(2), sampleRate, new Voices())).toEqual([]);
    expect(utterancesIn(faint, sampleRate, new Voices())).toEqual([]);
    expect(utterancesIn(new Float32Array(0), sampleRate, new Voices())).toEqual([]);
  });

  it('include words that arrived damaged', () => {
    const samples = speak([{ speaker: 'A', text: 'first second' }], pacing);
    samples.fill(0, Math.round(0.95 * sampleRate), Math.round(1 * sampleRate));

    expect(utterancesIn(samples, sampleRate, new Voices())).toMatchObject([{ text: `${garbled} second` }]);
  });
});

describe('the language of a text', () => {
  it.each([
    ['こんにちは世界', 'ja'],
    ['hello to you and me', 'en'],
    ['das ist nicht gut', 'de'],
    ['xyzzy', 'und'],
  ])('%s is %s', (text, tag) => {
    expect(languageOf(text)).toBe(tag);
  });
});
