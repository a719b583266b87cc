import type { Emotion } from '@nova/shared/vocabulary';
import { type Span, soundSpans, without } from './activity.ts';
import { type HeardWord, listen } from './modem/decode.ts';
import type { Voices } from './voices.ts';
import { pitchOf } from './voices.ts';

export interface Utterance extends Span {
  readonly text: string;
  readonly recognised: boolean;
  readonly speaker: string;
  readonly emotion: Emotion;
  /** How sure the emotion is, 0 to 1. */
  readonly confidence: number;
}

/** The text of speech that the stand-in does not recognise. */
export const unrecognised = '[unrecognised speech]';
/** The text of one word that arrived damaged. */
export const garbled = '[garbled]';

/** Seconds between words of one utterance. */
const longestPause = 0.5;
/** Seconds around recognised words that belong to them. */
const margin = 0.1;
/** A fixture states its emotion; that of other voices is unknown. */
const statedConfidence = 0.95;
const unknownConfidence = 0.1;

/** The utterances in samples, in order of time. Silence holds none. */
export function utterancesIn(samples: Float32Array, sampleRate: number, voices: Voices): Utterance[] {
  const spoken = groups(listen(samples, sampleRate)).map(utteranceOf);
  const known = spoken.map(({ start, end }) => ({ start: start - margin, end: end + margin }));
  const others = soundSpans(samples, sampleRate)
    .flatMap((span) => without(span, known))
    .map(({ start, end }): Utterance => {
      const part = samples.subarray(Math.floor(start * sampleRate), Math.floor(end * sampleRate));
      const speaker = voices.labelFor(pitchOf(part, sampleRate));
      const judged = { emotion: 'neutral', confidence: unknownConfidence } as const;
      return { start, end, text: unrecognised, recognised: false, speaker, ...judged };
    });
  return [...spoken, ...others].sort((a, b) => a.start - b.start);
}

/** Words of one speaker that follow each other closely. */
function groups(words: readonly HeardWord[]): HeardWord[][] {
  const all: HeardWord[][] = [];
  for (const word of words) {
    const group = all.at(-1);
    const last = group?.at(-1);
    if (group && last?.speaker === word.speaker && word.start - last.end <= longestPause) group.push(word);
    else all.push([word]);
  }
  return all;
}

function utteranceOf(group: readonly HeardWord[]): Utterance {
  const emotion = group.find(({ text }) => text !== undefined)?.emotion;
  return {
    start: group[0]?.start ?? 0,
    end: group.at(-1)?.end ?? 0,
    text: group.map(({ text }) => text ?? garbled).join(' '),
    recognised: true,
    speaker: group[0]?.speaker ?? '',
    emotion: emotion ?? 'neutral',
    confidence: emotion ? statedConfidence : unknownConfidence,
  };
}
