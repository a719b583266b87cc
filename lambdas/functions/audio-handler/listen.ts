import type { TokenUsage } from '@nova/shared/api/common';
import { prosodyOf } from '../../media/voice/prosody.ts';
import type { Utterance } from '../../media/voice/utterances.ts';
import { type SpeechModel, speechSampleRate } from '../../models/speech.ts';
import type { HeardUtterance } from './heard.ts';
import { Listener } from './listener.ts';

export interface ListenOptions {
  readonly speech: SpeechModel;
  /** The language spoken, where it is known (BCP 47). */
  readonly language?: string | undefined;
  /** Connections to the model at once. */
  readonly connections: number;
  /** Names the segment: labels of speakers mean something inside one connection of it only. */
  readonly segment: number;
  readonly signal: AbortSignal;
  /** Told of every utterance that was heard. */
  onHeard(utterance: Utterance): Promise<void>;
  /** Told what listened and what its tokens came to, also when it fails. */
  onUsage(used: TokenUsage & { readonly model: string }): void;
}

/**
 * Listens to utterances in several places side by side.
 * @returns what was heard, in the order of time
 * @throws what the model failed with, after the tries of {@link Listener}
 */
export async function listen(
  utterances: readonly Utterance[],
  options: ListenOptions,
): Promise<HeardUtterance[]> {
  const queue = utterances.values();
  const heard: HeardUtterance[] = [];
  // The first failure ends the listening everywhere; all must have let go of the model before it is passed on.
  const failure = new AbortController();
  const signal = AbortSignal.any([options.signal, failure.signal]);
  const places = Array.from({ length: options.connections }, (_, place) =>
    listenAt(place, queue, heard, { ...options, signal }).catch((error: unknown) => {
      failure.abort(error);
      throw error;
    }),
  );
  const ends = await Promise.allSettled(places);
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
  return heard.sort((a, b) => a.start - b.start);
}

/** Takes utterances off the queue until it is empty. */
async function listenAt(
  place: number,
  queue: IteratorObject<Utterance>,
  heard: HeardUtterance[],
  { speech, language, segment, signal, onHeard, onUsage }: ListenOptions,
): Promise<void> {
  const listener = new Listener({ speech, language, signal });
  try {
    for (let next = queue.next(); !next.done; next = queue.next()) {
      const { start, end, samples } = next.value;
      const words = await listener.hear(samples);
      const how = prosodyOf(samples, speechSampleRate);
      const connection = `${segment}/${place}/${listener.connections}`;
      heard.push({ ...words, start, end, connection, ...how });
      await onHeard(next.value);
    }
  } finally {
    await listener.close();
    onUsage(listener.used);
  }
}
