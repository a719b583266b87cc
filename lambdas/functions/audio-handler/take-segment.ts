import { resample } from '../../media/resample.ts';
import { speakerTurns } from '../../media/voice/turns.ts';
import { type Utterance, utteranceSeconds, utterances } from '../../media/voice/utterances.ts';
import { speechSampleRate } from '../../models/speech.ts';

/** The recording that a segment is taken from. */
export interface Audio {
  readonly sampleRate: number;
  /** The sound from a second to the end: mono, from -1 to 1. */
  samples(from: number): AsyncIterable<Float32Array>;
}

/** The utterances of a segment, and its end. */
export interface TakenSegment {
  /** Their times are from the start of the recording. */
  readonly utterances: readonly Utterance[];
  /** Seconds from the start of the recording: in a silence, or where the recording ends. */
  readonly until: number;
  readonly last: boolean;
}

export interface Stretch {
  /** Seconds from the start of the recording. */
  readonly from: number;
  /** The end of the segment, if an earlier attempt has recorded it. */
  readonly until: number | undefined;
  /** Seconds after which it may end. */
  readonly seconds: number;
}

/** Seconds beyond its length in which a segment finds a silence to end in: utterances are shorter than that. */
const search = utteranceSeconds.max + utteranceSeconds.pause + 5;

/** Takes a segment out of a recording. Only this segment is decoded and held. */
export async function takeSegment(audio: Audio, stretch: Stretch): Promise<TakenSegment> {
  const { from, until, seconds } = stretch;
  const limited = new LimitedAudio(
    audio.samples(from),
    ((until ?? from + seconds) - from + search) * audio.sampleRate,
  );
  const spoken = utterances(resample(limited, audio.sampleRate, speechSampleRate), speechSampleRate);
  const whole: Utterance[] = [];
  let end: number | undefined;
  for await (const utterance of spoken) {
    const found = later(utterance, from);
    if (until !== undefined && found.start >= until) break;
    whole.push(found);
    if (until === undefined && found.end >= from + seconds) {
      end = found.end;
      break;
    }
  }
  const turns = await Array.fromAsync(speakerTurns(each(whole), speechSampleRate));
  // Without speech at its length, the segment may end anywhere in the silence.
  const ended = from + limited.taken / audio.sampleRate;
  const last = end === undefined && limited.ended;
  return { utterances: turns, until: until ?? end ?? (last ? ended : from + seconds), last };
}

async function* each<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

function later(utterance: Utterance, seconds: number): Utterance {
  return {
    ...utterance,
    start: utterance.start + seconds,
    end: utterance.end + seconds,
    samplesFrom: utterance.samplesFrom + seconds,
    pauses: utterance.pauses.map(({ start, end }) => ({ start: start + seconds, end: end + seconds })),
  };
}

/** At most a number of samples of some audio; knows whether the audio ended before. */
class LimitedAudio implements AsyncIterable<Float32Array> {
  taken = 0;
  ended = false;
  readonly #pieces: AsyncIterable<Float32Array>;
  readonly #most: number;

  constructor(pieces: AsyncIterable<Float32Array>, most: number) {
    this.#pieces = pieces;
    this.#most = most;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Float32Array> {
    for await (const piece of this.#pieces) {
      this.taken += piece.length;
      yield piece;
      if (this.taken >= this.#most) return;
    }
    this.ended = true;
  }
}
