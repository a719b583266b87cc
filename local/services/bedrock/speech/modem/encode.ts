import type { Emotion } from '@nova/shared/vocabulary';
import { framesOf, highestTone, type Speaker, speakers, symbolRate, toneOf, toSymbols } from './frame.ts';

export interface Line {
  readonly speaker: Speaker;
  readonly text: string;
  readonly emotion?: Emotion;
}

export interface Pacing {
  /** Samples a second. */
  readonly sampleRate: number;
  /** Seconds of silence between lines, and before the first and after the last. */
  readonly pause: number;
}

/** Seconds of silence between words. */
const wordGap = 0.04;
/** Seconds over which a frame's tone comes up and dies away, so that it does not click. */
const ramp = 0.002;
/** Peak of the tones, of full scale. */
const amplitude = 0.5;

/**
 * Speaks lines as tones.
 * @returns samples from -1 to 1
 * @throws RangeError for a sample rate that cannot carry the tones
 */
export function speak(lines: readonly Line[], { sampleRate, pause }: Pacing): Float32Array {
  if (sampleRate < 2 * highestTone) {
    throw new RangeError(
      `sampleRate: ${sampleRate} cannot carry tones up to ${highestTone} Hz; use 8000 or more`,
    );
  }
  const parts: Float32Array[] = [silence(pause, sampleRate)];
  for (const { speaker, text, emotion = 'neutral' } of lines) {
    const band = speakers.indexOf(speaker);
    for (const word of text.split(/\s+/u).filter(Boolean)) {
      for (const frame of framesOf(word, emotion)) {
        parts.push(tones(toSymbols(frame), band, sampleRate), silence(wordGap, sampleRate));
      }
    }
    parts.push(silence(pause, sampleRate));
  }
  return joined(parts);
}

const silence = (seconds: number, sampleRate: number) => new Float32Array(Math.round(seconds * sampleRate));

/** Symbols as tones with a continuous phase. */
function tones(symbols: readonly number[], band: number, sampleRate: number): Float32Array {
  const seconds = symbols.length / symbolRate;
  const samples = new Float32Array(Math.round(seconds * sampleRate));
  let phase = 0;
  for (let index = 0; index < samples.length; index += 1) {
    const time = index / sampleRate;
    const symbol = symbols[Math.min(symbols.length - 1, Math.floor(time * symbolRate))] ?? 0;
    const edge = Math.min(time, seconds - time) / ramp;
    samples[index] = amplitude * Math.sin(phase) * (edge < 1 ? Math.sin((edge * Math.PI) / 2) ** 2 : 1);
    phase += (2 * Math.PI * toneOf(band, symbol)) / sampleRate;
  }
  return samples;
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    all.set(part, offset);
    offset += part.length;
  }
  return all;
}
