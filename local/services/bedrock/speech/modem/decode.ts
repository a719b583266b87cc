import type { Emotion } from '@nova/shared/vocabulary';
import { Detector } from './detector.ts';
import {
  byteOf,
  type Frame,
  frameSymbols,
  fromBytes,
  headSymbols,
  type Speaker,
  speakers,
  sync,
} from './frame.ts';

export interface HeardWord {
  /** Seconds from the first sample. */
  readonly start: number;
  readonly end: number;
  readonly speaker: Speaker;
  /** The word; undefined where it arrived damaged. */
  readonly text: string | undefined;
  readonly emotion: Emotion;
}

/** A frame's place, in samples, and its content. */
interface Reception {
  readonly start: number;
  readonly end: number;
  readonly band: number;
  readonly frame: Frame | undefined;
}

/** Parts of a symbol between two looks for a sync, and between two places it could have opened at. */
const searchStep = 1 / 4;
const refineStep = 1 / 16;

/** The words that tones carry, in order. Audio without tones holds none. */
export function listen(samples: Float32Array, sampleRate: number): HeardWord[] {
  return wordsOf(receive(new Detector(samples, sampleRate)), sampleRate);
}

function receive(detector: Detector): Reception[] {
  const step = detector.symbolSamples * searchStep;
  const received: Reception[] = [];
  let at = 0;
  while (detector.has(at)) {
    const band = detector.isSilent(at)
      ? -1
      : speakers.findIndex((_, index) => detector.syncAt(at, index) > 0);
    if (band < 0) {
      at += step;
      continue;
    }
    const reception = receiveFrame(detector, bestStart(detector, at, band), band);
    const previous = received.at(-1);
    // A damaged frame's payload may look like a sync; it is still the same damaged word.
    if (!previous || previous.frame || reception.start >= previous.end) received.push(reception);
    // After damage the next frame may come early, so the search continues directly after this one's header.
    at = reception.frame ? reception.end : reception.start + headSymbols * detector.symbolSamples;
  }
  return received;
}

function bestStart(detector: Detector, from: number, band: number): number {
  let best = from;
  for (let offset = 0; offset <= 1; offset += refineStep) {
    const at = from + offset * detector.symbolSamples;
    if (detector.syncAt(at, band) > detector.syncAt(best, band)) best = at;
  }
  return best;
}

function receiveFrame(detector: Detector, start: number, band: number): Reception {
  const symbol = (index: number) => detector.symbolAt(start + index * detector.symbolSamples, band);
  const byteAt = (index: number) => byteOf([0, 1, 2, 3].map((part) => symbol(index + part)));
  const length = frameSymbols(byteAt(sync.length));
  const end = start + length * detector.symbolSamples;
  if (!detector.has(end - detector.symbolSamples)) return { start, end, band, frame: undefined };
  const bytes = Uint8Array.from({ length: (length - sync.length) / 4 }, (_, index) =>
    byteAt(sync.length + index * 4),
  );
  return { start, end, band, frame: fromBytes(bytes) };
}

/** Joins frames that carry one long word. */
function wordsOf(received: readonly Reception[], sampleRate: number): HeardWord[] {
  const words: HeardWord[] = [];
  let parts: Reception[] = [];
  for (const [index, reception] of received.entries()) {
    parts.push(reception);
    const next = received[index + 1];
    if (reception.frame?.continues && next?.band === reception.band) continue;
    words.push(wordOf(parts, sampleRate));
    parts = [];
  }
  return words;
}

function wordOf(parts: readonly Reception[], sampleRate: number): HeardWord {
  const frames = parts.map(({ frame }) => frame);
  const whole = frames.every((frame) => frame !== undefined) && frames.at(-1)?.continues === false;
  const bytes = Buffer.concat(frames.map((frame) => frame?.bytes ?? new Uint8Array()));
  return {
    start: (parts[0]?.start ?? 0) / sampleRate,
    end: (parts.at(-1)?.end ?? 0) / sampleRate,
    speaker: speakers[parts[0]?.band ?? 0] ?? 'A',
    text: whole ? bytes.toString('utf8') : undefined,
    emotion: frames[0]?.emotion ?? 'neutral',
  };
}
