import type { TokenUsage } from '@nova/shared/api/common';
import { prosodyOf } from '../../media/voice/prosody.ts';
import type { Utterance } from '../../media/voice/utterances.ts';
import { type SpeechModel, speechSampleRate } from '../../models/speech.ts';
import { Transcriber } from './transcriber.ts';
import type { TranscribedUtterance } from './transcript.ts';

export interface TranscribeDependencies {
  readonly speech: SpeechModel;
  /** The language spoken, where it is known (BCP 47). */
  readonly language?: string | undefined;
  /** Concurrent connections to the model. */
  readonly connections: number;
  /** Number of the segment, for the names of its connections: labels of speakers are valid within one connection only. */
  readonly segment: number;
  readonly signal: AbortSignal;
  /** Called after each utterance. */
  onUtterance(utterance: Utterance): Promise<void>;
  /** Called with the model and the tokens of each connection's work, also when it fails. */
  onUsage(used: TokenUsage & { readonly model: string }): void;
}

/**
 * Transcribes utterances over several connections at once.
 * @returns the transcribed utterances, in the order of time
 * @throws the model's error, after the attempts of {@link Transcriber}
 */
export async function transcribeUtterances(
  utterances: readonly Utterance[],
  dependencies: TranscribeDependencies,
): Promise<TranscribedUtterance[]> {
  const queue = utterances.values();
  const transcribed: TranscribedUtterance[] = [];
  // The first failure stops all connections; it is thrown once all of them are closed.
  const failure = new AbortController();
  const signal = AbortSignal.any([dependencies.signal, failure.signal]);
  const workers = Array.from({ length: dependencies.connections }, (_, worker) =>
    transcribeQueue(worker, queue, transcribed, { ...dependencies, signal }).catch((error: unknown) => {
      failure.abort(error);
      throw error;
    }),
  );
  const ends = await Promise.allSettled(workers);
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
  return transcribed.sort((a, b) => a.start - b.start);
}

/** Takes utterances off the queue until it is empty. */
async function transcribeQueue(
  worker: number,
  queue: IteratorObject<Utterance>,
  transcribed: TranscribedUtterance[],
  { speech, language, segment, signal, onUtterance, onUsage }: TranscribeDependencies,
): Promise<void> {
  const transcriber = new Transcriber({ speech, language, signal });
  try {
    for (let next = queue.next(); !next.done; next = queue.next()) {
      const { start, end, samples, channel } = next.value;
      const transcription = await transcriber.transcribe(samples);
      const prosody = prosodyOf(samples, speechSampleRate);
      const connection = `${segment}/${worker}/${transcriber.connections}`;
      const place = channel === undefined ? {} : { channel };
      transcribed.push({ ...transcription, start, end, connection, ...prosody, ...place });
      await onUtterance(next.value);
    }
  } finally {
    await transcriber.close();
    onUsage(transcriber.used);
  }
}
