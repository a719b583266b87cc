import type { TokenUsage } from '@nova/shared/api/common';
import type { Transcript, TranscriptSegment } from '@nova/shared/api/media';
import { resample } from '../../platform/media/resample.ts';
import { pitchOf } from '../../platform/media/speech/pitch.ts';
import { type Heard, type SpeechModel, speechSampleRate } from '../../platform/media/speech/port.ts';
import { nameSpeakers } from '../../platform/media/speech/speakers.ts';
import { speakerTurns } from '../../platform/media/speech/turns.ts';
import { type Utterance, utterances } from '../../platform/media/speech/utterances.ts';
import type { WavAudio } from '../../platform/media/wav/read-wav.ts';
import { Listener } from './listener.ts';

export interface TranscribeOptions {
  readonly speech: SpeechModel;
  readonly recording: WavAudio;
  /** The language spoken, where it is known (BCP 47). */
  readonly language?: string | undefined;
  /** Connections to the model at once. */
  readonly connections: number;
  readonly signal: AbortSignal;
  /** Told how far the transcription is, in seconds of the recording. */
  onHeard(second: number): Promise<void>;
  /** Told what listened and what its tokens came to, also when the transcription fails. */
  onUsage(used: TokenUsage & { readonly model: string }): void;
}

interface HeardUtterance extends Heard {
  readonly start: number;
  readonly end: number;
  readonly pitch: number | undefined;
  readonly connection: string;
}

/**
 * Writes down what is said in a recording. The audio flows: only what is being listened to is held.
 * @throws DomainError when the file cannot be read; what the model failed with, after the tries of {@link Listener}
 */
export async function transcribe(options: TranscribeOptions): Promise<Omit<Transcript, 'model'>> {
  const { recording, connections, language } = options;
  const audio = resample(recording.samples, recording.format.sampleRate, speechSampleRate);
  const queue = speakerTurns(utterances(audio, speechSampleRate), speechSampleRate);
  const heard: HeardUtterance[] = [];
  // The first failure ends the listening everywhere; all must have let go of the model before it is passed on.
  const failure = new AbortController();
  const signal = AbortSignal.any([options.signal, failure.signal]);
  const listening = Array.from({ length: connections }, (_, place) =>
    listen(place, queue, heard, { ...options, signal }).catch((error: unknown) => {
      failure.abort(error);
      throw error;
    }),
  );
  const ends = await Promise.allSettled(listening);
  for (const end of ends) if (end.status === 'rejected') throw end.reason;

  heard.sort((a, b) => a.start - b.start);
  const spoken = language ?? mostSpoken(heard);
  return {
    ...(spoken ? { language: spoken } : {}),
    durationSeconds: rounded(recording.seconds),
    segments: segmentsOf(heard, recording.seconds),
  };
}

/** Takes utterances off the queue until it is empty; a failure ends the queue for the others too. */
async function listen(
  place: number,
  queue: AsyncGenerator<Utterance>,
  heard: HeardUtterance[],
  { speech, language, signal, onHeard, onUsage }: TranscribeOptions,
): Promise<void> {
  const listener = new Listener({ speech, language, signal });
  try {
    for await (const { start, end, samples } of queue) {
      const words = await listener.hear(samples);
      const pitch = pitchOf(samples, speechSampleRate);
      const connection = `${place}/${listener.connections}`;
      heard.push({ ...words, start, end, pitch, connection });
      await onHeard(end);
    }
  } finally {
    await listener.close();
    onUsage(listener.used);
  }
}

function segmentsOf(heard: readonly HeardUtterance[], seconds: number): TranscriptSegment[] {
  const speakers = nameSpeakers(
    heard.map(({ connection, pitch, voice }) => ({ connection, pitch, label: voice?.speaker })),
  );
  return heard.map(({ start, end, text, recognised, voice }, place) => ({
    start: rounded(start),
    end: rounded(Math.min(end, seconds)),
    text,
    recognised,
    speaker: speakers[place] ?? '',
    ...(voice?.emotion ? { emotion: voice.emotion } : {}),
  }));
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
