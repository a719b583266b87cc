import { Confidence, Seconds } from '@nova/shared/api/common';
import type { Transcript, TranscriptSegment } from '@nova/shared/api/media';
import { emotions } from '@nova/shared/vocabulary';
import * as z from 'zod';
import { type EmotionGuess, guessEmotions } from '../../media/voice/prosody.ts';
import { nameSpeakers } from '../../media/voice/speakers.ts';

/** One utterance and what was heard in it. */
const HeardUtterance = z.object({
  start: Seconds,
  end: Seconds,
  text: z.string(),
  recognised: z.boolean(),
  voice: z
    .object({
      speaker: z.string(),
      emotion: z.object({ name: z.enum(emotions), confidence: Confidence }).exactOptional(),
      language: z.string().exactOptional(),
    })
    .exactOptional(),
  /** How it was said; see `Prosody`. */
  pitch: z.number().exactOptional(),
  spread: z.number().exactOptional(),
  level: z.number().exactOptional(),
  connection: z.string(),
});
export type HeardUtterance = z.infer<typeof HeardUtterance>;

/** What is kept of a segment until all of them are done. */
export const SegmentTranscript = z.object({
  /** What listened; empty when nothing was said. */
  model: z.string(),
  heard: z.array(HeardUtterance),
});
export type SegmentTranscript = z.infer<typeof SegmentTranscript>;

/** What a transcript names when there was nothing to listen to: a model that was not asked made nothing. */
const noModel = 'none';

/**
 * One transcript of all that was heard: in the order of time, each voice by one name throughout.
 * @param segments in their order
 * @param seconds length of the recording
 * @param language spoken, where it is known (BCP 47)
 */
export function transcriptOf(
  segments: readonly SegmentTranscript[],
  seconds: number,
  language: string | undefined,
): Transcript {
  const heard = segments.flatMap((segment) => segment.heard).sort((a, b) => a.start - b.start);
  const spoken = language ?? mostSpoken(heard);
  return {
    ...(spoken ? { language: spoken } : {}),
    durationSeconds: rounded(seconds),
    model: segments.find(({ model }) => model)?.model ?? noModel,
    segments: segmentsOf(heard, seconds, language),
  };
}

function segmentsOf(
  heard: readonly HeardUtterance[],
  seconds: number,
  known: string | undefined,
): TranscriptSegment[] {
  const speakers = nameSpeakers(
    heard.map(({ connection, pitch, voice }) => ({ connection, pitch, label: voice?.speaker })),
  );
  const guesses = guessedEmotions(heard, speakers);
  return heard.map(({ start, end, text, recognised, voice }, place) => {
    const emotion = voice?.emotion ?? guesses[place];
    const language = voice?.language ?? known;
    return {
      start: rounded(start),
      end: rounded(Math.min(end, seconds)),
      text,
      recognised,
      speaker: speakers[place] ?? '',
      ...(emotion ? { emotion } : {}),
      ...(language && recognised ? { language } : {}),
    };
  });
}

/** What the sound alone says of each utterance's feeling: a model may leave out to say. */
function guessedEmotions(
  heard: readonly HeardUtterance[],
  speakers: readonly string[],
): (EmotionGuess | undefined)[] {
  const guesses: (EmotionGuess | undefined)[] = [];
  for (const speaker of new Set(speakers)) {
    const places = heard.flatMap((_, place) => (speakers[place] === speaker ? [place] : []));
    const said = places.flatMap((place) => {
      const { level, ...how } = heard[place] ?? {};
      // Segments that an earlier build has kept know no level.
      return level === undefined ? [] : [{ place, how: { ...how, level } }];
    });
    const guessed = guessEmotions(said.map(({ how }) => how));
    for (const [nth, { place }] of said.entries()) guesses[place] = guessed[nth];
  }
  return guesses;
}

/** The language that the most seconds of understood speech are in. */
function mostSpoken(heard: readonly HeardUtterance[]): string | undefined {
  const seconds = new Map<string, number>();
  for (const { voice, recognised, start, end } of heard) {
    if (!voice?.language || !recognised) continue;
    seconds.set(voice.language, (seconds.get(voice.language) ?? 0) + end - start);
  }
  return [...seconds].sort(([, a], [, b]) => b - a)[0]?.[0];
}

/** Milliseconds are as fine as it gets. */
const rounded = (seconds: number) => Number(seconds.toFixed(3));
