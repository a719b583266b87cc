import { countFrames, frameSeconds } from './levels.ts';
import { blockSeconds, framesOf, type JudgedFrame, SpeechDetector } from './speech-detector.ts';

/** Speech between two silences. */
export interface Utterance {
  /** Seconds from the start of the recording. */
  readonly start: number;
  readonly end: number;
  /** The utterance, with a little of the silence around it. */
  readonly samples: Float32Array;
  /** Seconds from the start of the recording at which `samples` begin. */
  readonly samplesFrom: number;
  /** Silences inside that are too short to end it, in seconds from the start of the recording. */
  readonly pauses: readonly { readonly start: number; readonly end: number }[];
  /** From 0, where channels are processed separately. */
  readonly channel?: number;
}

/** Lengths in seconds. */
export const utteranceSeconds = {
  /** A silence this long ends an utterance. */
  pause: 0.5,
  /** A silence this long inside an utterance is recorded as a pause. */
  shortPause: 0.12,
  /** Anything shorter is a click or a cough. */
  min: 0.15,
  /** Longer speech is cut where it is quietest. */
  max: 25,
  /** Seconds before the end of the longest utterance in which the quietest place is searched. */
  cutWithin: 10,
  /** Silence kept before and after, so that no soft sound at the edge is lost. */
  margin: 0.2,
} as const;

const pauseFrames = countFrames(utteranceSeconds.pause);
const shortPauseFrames = countFrames(utteranceSeconds.shortPause);
const minFrames = countFrames(utteranceSeconds.min);
const maxFrames = countFrames(utteranceSeconds.max);
const marginFrames = countFrames(utteranceSeconds.margin);

/**
 * Cuts audio into utterances. Silence and steady sounds give none ({@link SpeechDetector}).
 * @param pieces mono audio from -1 to 1
 * @param sampleRate samples a second
 */
export async function* utterances(
  pieces: AsyncIterable<Float32Array>,
  sampleRate: number,
): AsyncGenerator<Utterance> {
  const cutter = new Cutter();
  const detector = new SpeechDetector(sampleRate);
  const frameSamples = Math.round(frameSeconds * sampleRate);
  for await (const block of blocks(pieces, countFrames(blockSeconds) * frameSamples)) {
    for (const frame of detector.judge(framesOf(block, frameSamples))) yield* cutter.take(frame);
  }
  yield* cutter.end();
}

/** Pieces of any sizes as blocks of one size; the last is what is left. */
async function* blocks(pieces: AsyncIterable<Float32Array>, size: number): AsyncGenerator<Float32Array> {
  let block = new Float32Array(size);
  let filled = 0;
  for await (const piece of pieces) {
    for (let at = 0; at < piece.length; ) {
      const part = piece.subarray(at, at + size - filled);
      block.set(part, filled);
      filled += part.length;
      at += part.length;
      if (filled < size) continue;
      yield block;
      block = new Float32Array(size);
      filled = 0;
    }
  }
  if (filled > 0) yield block.subarray(0, filled);
}

/** Finds the beginning and end of speech, frame by frame. */
class Cutter {
  /** Frames seen so far. */
  #time = 0;
  /** Frames since the beginning of the utterance's margin, or the last few frames of silence. */
  #held: JudgedFrame[] = [];
  /** Indices in `#held` of the first and the last frame of speech. */
  #first: number | undefined;
  #last = 0;

  *take(frame: JudgedFrame): Generator<Utterance> {
    this.#time += 1;
    this.#held.push(frame);
    if (frame.isSpeech) {
      this.#first ??= this.#held.length - 1;
      this.#last = this.#held.length - 1;
    }
    if (this.#first === undefined) this.#keep(marginFrames);
    else if (this.#held.length - 1 - this.#last >= pauseFrames) yield* this.end();
    else if (this.#last - this.#first + 1 >= maxFrames) yield* this.#cut(this.#first);
  }

  /** Ends the current utterance, if there is one. */
  *end(): Generator<Utterance> {
    if (this.#first !== undefined && this.#last - this.#first + 1 >= minFrames) {
      yield this.#utterance(this.#first, this.#last);
    }
    this.#first = undefined;
    this.#keep(marginFrames);
  }

  /** Cuts speech without a pause at the quietest frame near its end; the rest continues as the next utterance. */
  *#cut(first: number): Generator<Utterance> {
    const from = first + maxFrames - countFrames(utteranceSeconds.cutWithin);
    let quietest = this.#last;
    for (let place = this.#last; place >= from; place -= 1) {
      if (this.#loudness(place) < this.#loudness(quietest)) quietest = place;
    }
    yield this.#utterance(first, quietest, 0);
    this.#held = this.#held.slice(quietest + 1);
    this.#last = Math.max(0, this.#last - quietest - 1);
    this.#first = this.#held.length > 0 ? 0 : undefined;
  }

  /** Mean level of five frames, so that no cut falls into a short stop inside a word. */
  #loudness(place: number): number {
    const around = this.#held.slice(Math.max(0, place - 2), place + 3);
    return around.reduce((sum, { level }) => sum + level, 0) / around.length;
  }

  #utterance(first: number, last: number, margin = marginFrames): Utterance {
    const heldFrom = this.#time - this.#held.length;
    const keptFrom = Math.max(0, first - marginFrames);
    const kept = this.#held.slice(keptFrom, last + 1 + margin);
    const size = kept[0]?.samples.length ?? 0;
    const samples = new Float32Array(kept.length * size);
    for (const [place, frame] of kept.entries()) samples.set(frame.samples, place * size);
    const frameTime = (place: number) => (heldFrom + place) * frameSeconds;
    return {
      start: frameTime(first),
      end: frameTime(last + 1),
      samples,
      samplesFrom: frameTime(keptFrom),
      pauses: [...this.#pauses(first, last)].map(({ from, to }) => ({
        start: frameTime(from),
        end: frameTime(to),
      })),
    };
  }

  *#pauses(first: number, last: number): Generator<{ from: number; to: number }> {
    let from = first;
    for (let place = first; place <= last; place += 1) {
      if (!this.#held[place]?.isSpeech) continue;
      if (place - from >= shortPauseFrames) yield { from, to: place };
      from = place + 1;
    }
  }

  #keep(count: number): void {
    this.#held = this.#held.slice(-count);
  }
}
