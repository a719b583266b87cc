import type { Emotion } from '@nova/shared/vocabulary';
import { levelOf } from './levels.ts';
import { median, pitchesOf } from './pitch.ts';

/** How something is said. */
export interface Prosody {
  /** Hertz; absent where no voice's pitch was found, as in a whisper. */
  readonly pitch?: number;
  /** Semitones between the lower and the upper quarter of its pitches. */
  readonly spread?: number;
  /** Decibels under full scale. */
  readonly level: number;
}

export interface EmotionGuess {
  readonly name: Emotion;
  readonly confidence: number;
}

/** @param samples one utterance, mono */
export function prosodyOf(samples: Float32Array, sampleRate: number): Prosody {
  const pitches = pitchesOf(samples, sampleRate);
  const level = levelOf(samples);
  const [pitch, lower, upper] = [0.5, 0.25, 0.75].map((share) => pitches[Math.floor(pitches.length * share)]);
  if (pitch === undefined || lower === undefined || upper === undefined) return { level };
  return { pitch, spread: semitones(upper, lower), level };
}

/** Utterances of one speaker from which on it is known how they usually speak. */
const enough = 4;
/** A guess from the sound alone is a weak one, and says so. */
const confidences = { unknown: 0.1, least: 0.2, most: 0.35 } as const;

/**
 * Guesses how each utterance of one speaker feels, by how it differs from how they usually speak: loud and high is anger,
 * high and lively joy, high and quiet fear, low and quiet sadness. Source: P. N. Juslin and P. Laukka, "Communication of
 * emotions in vocal expression and music performance", Psychological Bulletin 129 (2003), table 7.
 */
export function guessEmotions(utterances: readonly Prosody[]): EmotionGuess[] {
  const heard = utterances.filter(({ pitch }) => pitch !== undefined);
  if (heard.length < enough) return utterances.map(() => neutral(confidences.unknown));
  const usual = {
    pitch: median(heard.map(({ pitch = 0 }) => pitch)) ?? 0,
    spread: median(heard.map(({ spread = 0 }) => spread)) ?? 0,
    level: median(heard.map(({ level }) => level)) ?? 0,
  };
  return utterances.map(({ pitch, spread = 0, level }) => {
    if (pitch === undefined) return neutral(confidences.unknown);
    return guess(semitones(pitch, usual.pitch), level - usual.level, spread - usual.spread);
  });
}

/**
 * @param higher semitones above the speaker's usual pitch
 * @param louder decibels above their usual level
 * @param livelier semitones by which the pitch moves more than usual
 */
function guess(higher: number, louder: number, livelier: number): EmotionGuess {
  if (higher >= 2 && louder >= 5) return felt('angry', Math.min(higher / 2, louder / 5));
  if (higher >= 2 && livelier >= 1) return felt('happy', Math.min(higher / 2, livelier));
  if (higher >= 3 && louder <= -3) return felt('fearful', Math.min(higher / 3, louder / -3));
  if (higher <= -1 && louder <= -4) return felt('sad', Math.min(-higher, louder / -4));
  return neutral(confidences.least);
}

/** @param strength how far it is over what makes it one: 1 is just enough */
const felt = (name: Emotion, strength: number): EmotionGuess => ({
  name,
  confidence: Math.min(confidences.most, confidences.least + (strength - 1) * 0.1),
});

const neutral = (confidence: number): EmotionGuess => ({ name: 'neutral', confidence });

const semitones = (hertz: number, from: number) => 12 * Math.log2(hertz / from);
