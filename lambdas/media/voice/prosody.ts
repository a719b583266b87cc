import type { Emotion } from '@nova/shared/vocabulary';
import { levelOf } from './levels.ts';
import { median, pitchesOf } from './pitch.ts';

/** How an utterance is spoken. */
export interface Prosody {
  /** Hertz; absent where no voice's pitch was found, as in a whisper. */
  readonly pitch?: number;
  /** Semitones between the lower and the upper quarter of its pitches. */
  readonly spread?: number;
  /** Decibels relative to full scale. */
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

/** Utterances of a speaker that are needed to know how they usually speak. */
const minUtterances = 4;
/** A guess from the sound alone is weak, so its confidence is low. */
const confidences = { unknown: 0.1, least: 0.2, most: 0.35 } as const;

/**
 * Guesses the emotion of each utterance of one speaker from how it differs from their usual speech: loud and high is anger,
 * high and lively joy, high and quiet fear, low and quiet sadness. Source: P. N. Juslin and P. Laukka, "Communication of
 * emotions in vocal expression and music performance", Psychological Bulletin 129 (2003), table 7.
 */
export function guessEmotions(utterances: readonly Prosody[]): EmotionGuess[] {
  const voiced = utterances.filter(({ pitch }) => pitch !== undefined);
  if (voiced.length < minUtterances) return utterances.map(() => neutral(confidences.unknown));
  const usual = {
    pitch: median(voiced.map(({ pitch = 0 }) => pitch)) ?? 0,
    spread: median(voiced.map(({ spread = 0 }) => spread)) ?? 0,
    level: median(voiced.map(({ level }) => level)) ?? 0,
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
  if (higher >= 2 && louder >= 5) return emotion('angry', Math.min(higher / 2, louder / 5));
  if (higher >= 2 && livelier >= 1) return emotion('happy', Math.min(higher / 2, livelier));
  if (higher >= 3 && louder <= -3) return emotion('fearful', Math.min(higher / 3, louder / -3));
  if (higher <= -1 && louder <= -4) return emotion('sad', Math.min(-higher, louder / -4));
  return neutral(confidences.least);
}

/** @param strength how far the differences exceed their thresholds: 1 is just enough */
const emotion = (name: Emotion, strength: number): EmotionGuess => ({
  name,
  confidence: Math.min(confidences.most, confidences.least + (strength - 1) * 0.1),
});

const neutral = (confidence: number): EmotionGuess => ({ name: 'neutral', confidence });

const semitones = (hertz: number, from: number) => 12 * Math.log2(hertz / from);
