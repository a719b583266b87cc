import { resample } from '../../media/resample.ts';
import type { ChannelAudio } from '../../media/voice/channels.ts';
import { speakerTurns } from '../../media/voice/turns.ts';
import { type Utterance, utteranceSeconds, utterances } from '../../media/voice/utterances.ts';
import { speechSampleRate } from '../../models/speech.ts';

/** The recording that a segment is taken from. */
export type Audio = Pick<ChannelAudio, 'sampleRate' | 'channels' | 'samples'>;

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
  /** Whether each channel is one voice. */
  readonly byChannel?: boolean;
}

/** Seconds beyond its length in which a segment finds a silence to end in: utterances are shorter than that. */
const search = utteranceSeconds.max + utteranceSeconds.pause + 5;

/** Takes a segment out of a recording. Only this segment is decoded and held. It ends in a silence of all channels. */
export async function takeSegment(audio: Audio, stretch: Stretch): Promise<TakenSegment> {
  const segment = await spokenIn(audio, stretch);
  if (stretch.byChannel) {
    const utterances = await eachChannel(audio, { ...stretch, until: segment.until });
    return { ...segment, utterances };
  }
  const utterances = await Array.fromAsync(speakerTurns(each(segment.utterances), speechSampleRate));
  return { ...segment, utterances };
}

/** The utterances of a segment, whoever speaks. */
async function spokenIn(audio: Audio, stretch: Stretch, channel?: number): Promise<TakenSegment> {
  const { from, until, seconds } = stretch;
  const limited = new LimitedAudio(
    audio.samples(from, channel),
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
  // Without speech at its length, the segment may end anywhere in the silence.
  const ended = from + limited.taken / audio.sampleRate;
  const last = end === undefined && limited.ended;
  return { utterances: whole, until: until ?? end ?? (last ? ended : from + seconds), last };
}

/** The utterances of each channel up to the end of a segment, in the order of time. One that the end divides goes on in the next segment. */
async function eachChannel(
  audio: Audio,
  stretch: Stretch & { readonly until: number },
): Promise<Utterance[]> {
  const found: Utterance[] = [];
  for (let channel = 0; channel < audio.channels; channel += 1) {
    const { utterances } = await spokenIn(audio, stretch, channel);
    found.push(...utterances.map((utterance) => ({ ...endedBy(utterance, stretch.until), channel })));
  }
  return found.sort((a, b) => a.start - b.start);
}

/** An utterance without what comes after a time. */
function endedBy(utterance: Utterance, until: number): Utterance {
  if (utterance.end <= until) return utterance;
  const { samples, samplesFrom, pauses } = utterance;
  return {
    ...utterance,
    end: until,
    samples: samples.subarray(0, Math.round((until - samplesFrom) * speechSampleRate)),
    pauses: pauses.filter(({ end }) => end <= until),
  };
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
