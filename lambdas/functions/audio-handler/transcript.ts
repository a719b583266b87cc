import { Confidence, Seconds } from '@nova/shared/api/common';
import { channelSpeaker, type Transcript, type TranscriptSegment } from '@nova/shared/api/media';
import { emotions } from '@nova/shared/vocabulary';
import * as z from 'zod';
import type { ContentObjects } from '../../content/objects.ts';
import type { EventStore } from '../../event-store/store.ts';
import type { Conclusion, WorkContext } from '../../jobs/job-run.ts';
import { saveResult } from '../../jobs/save-result.ts';
import { type EmotionGuess, guessEmotions } from '../../media/voice/prosody.ts';
import { nameSpeakers } from '../../media/voice/speakers.ts';

/** One transcribed utterance. */
const TranscribedUtterance = z.object({
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
  /** How it was spoken; see `Prosody`. */
  pitch: z.number().exactOptional(),
  spread: z.number().exactOptional(),
  level: z.number().exactOptional(),
  connection: z.string(),
  /** From 0, where channels are transcribed separately. */
  channel: z.int().nonnegative().exactOptional(),
});
export type TranscribedUtterance = z.infer<typeof TranscribedUtterance>;

/** The transcript of one segment, stored in the bucket until all segments are done. */
export const SegmentTranscript = z.object({
  /** The model; empty when the segment has no speech. */
  model: z.string(),
  /** The stored name of its utterances. */
  heard: z.array(TranscribedUtterance),
});
export type SegmentTranscript = z.infer<typeof SegmentTranscript>;

/** The model of a transcript of no speech, because no model was called. */
const noModel = 'none';

/**
 * One transcript of all segments: in the order of time, with one name for each voice throughout.
 * @param segments in their order
 * @param seconds length of the recording
 * @param language the language spoken, if it is known (BCP 47)
 */
export function transcriptOf(
  segments: readonly SegmentTranscript[],
  seconds: number,
  language: string | undefined,
): Transcript {
  const utterances = segments.flatMap(({ heard }) => heard).sort((a, b) => a.start - b.start);
  const spoken = language ?? mainLanguage(utterances);
  return {
    ...(spoken ? { language: spoken } : {}),
    durationSeconds: rounded(seconds),
    model: segments.find(({ model }) => model)?.model ?? noModel,
    segments: transcriptSegments(utterances, seconds, language),
  };
}

function transcriptSegments(
  utterances: readonly TranscribedUtterance[],
  seconds: number,
  known: string | undefined,
): TranscriptSegment[] {
  const speakers = speakersOf(utterances);
  const guesses = guessedEmotions(utterances, speakers);
  return utterances.map(({ start, end, text, recognised, voice, channel }, place) => {
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
      ...(channel === undefined ? {} : { channel: channel + 1 }),
    };
  });
}

/** The speaker of each utterance: by the channel, or by the voice where channels are mixed. */
function speakersOf(utterances: readonly TranscribedUtterance[]): string[] {
  const byVoice = nameSpeakers(
    utterances.map(({ connection, pitch, voice }) => ({ connection, pitch, label: voice?.speaker })),
  );
  return utterances.map(({ channel }, place) =>
    channel === undefined ? (byVoice[place] ?? '') : channelSpeaker(channel),
  );
}

/** The emotion of each utterance by its sound alone, for those that the model gave none. */
function guessedEmotions(
  utterances: readonly TranscribedUtterance[],
  speakers: readonly string[],
): (EmotionGuess | undefined)[] {
  const guesses: (EmotionGuess | undefined)[] = [];
  for (const speaker of new Set(speakers)) {
    const own = utterances.flatMap((_, place) => (speakers[place] === speaker ? [place] : []));
    const prosodies = own.flatMap((place) => {
      const { level, ...prosody } = utterances[place] ?? {};
      // Segments stored by an earlier build have no level.
      return level === undefined ? [] : [{ place, prosody: { ...prosody, level } }];
    });
    const guessed = guessEmotions(prosodies.map(({ prosody }) => prosody));
    for (const [nth, { place }] of prosodies.entries()) guesses[place] = guessed[nth];
  }
  return guesses;
}

/** The language of the most seconds of recognised speech. */
function mainLanguage(utterances: readonly TranscribedUtterance[]): string | undefined {
  const seconds = new Map<string, number>();
  for (const { voice, recognised, start, end } of utterances) {
    if (!voice?.language || !recognised) continue;
    seconds.set(voice.language, (seconds.get(voice.language) ?? 0) + end - start);
  }
  return [...seconds].sort(([, a], [, b]) => b - a)[0]?.[0];
}

/** Times have milliseconds. */
const rounded = (seconds: number) => Number(seconds.toFixed(3));

/**
 * Stores a job's transcript, and attaches it to the item.
 * @throws DomainError `not-found` when the item is gone
 */
export function saveTranscript(
  store: EventStore,
  objects: ContentObjects,
  work: Pick<WorkContext, 'tenant' | 'contentId' | 'jobId'>,
  transcript: Transcript,
): Promise<Conclusion> {
  const { segments, durationSeconds } = transcript;
  return saveResult(store, objects, work, transcript, (saved) => ({
    type: 'TranscriptAttached',
    data: { ...saved, segments: segments.length, durationSeconds },
  }));
}
