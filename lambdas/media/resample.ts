import { makeFilter } from './resample-filter.ts';
import { makeSums } from './weighted-sum.ts';

/** Samples of input held at most, besides the ones before that the filter needs. */
const heldSamples = 16_384;

/**
 * Audio at another sample rate: a windowed-sinc low-pass evaluated where the new samples fall (J. O. Smith, "Digital
 * Audio Resampling"). Time and duration are kept: sample `n` of the result is the signal at `n / to` seconds.
 * @param from, to samples a second
 */
export async function* resample(
  pieces: AsyncIterable<Float32Array>,
  from: number,
  to: number,
): AsyncGenerator<Float32Array> {
  if (from === to) {
    yield* pieces;
    return;
  }
  const resampler = new Resampler(from, to);
  for await (const piece of pieces) {
    for (let at = 0; at < piece.length; at += heldSamples) {
      const out = resampler.take(piece.subarray(at, at + heldSamples));
      if (out.length > 0) yield out;
    }
  }
  const rest = resampler.finish();
  if (rest.length > 0) yield rest;
}

/** Holds the filter, and the part of the input under it. */
class Resampler {
  readonly #from: number;
  readonly #to: number;
  readonly #taps: number;
  readonly #phases: number;
  readonly #sums: ReturnType<typeof makeSums>;
  /** Index in memory of the input, after the filter's rows; its number of samples; the number of its first sample. */
  readonly #heldAt: number;
  #held: number;
  #heldFrom = 0;
  #made = 0;
  #taken = 0;

  constructor(from: number, to: number) {
    const { taps, phases, rows } = makeFilter(from, to);
    this.#from = from;
    this.#to = to;
    this.#taps = taps;
    this.#phases = phases;
    this.#heldAt = rows.length;
    this.#sums = makeSums(rows.length + heldSamples + 3 * taps);
    this.#sums.floats.set(rows);
    // Input begins with half a filter of zeros, so that the filter never reaches before the start.
    this.#held = taps / 2;
  }

  /** @param piece of at most {@link heldSamples} */
  take(piece: Float32Array): Float32Array {
    this.#sums.floats.set(piece, this.#heldAt + this.#held);
    this.#held += piece.length;
    this.#taken += piece.length;
    // A value needs the input up to half a filter after it.
    return this.#make(Math.floor(((this.#taken - this.#taps / 2) * this.#to) / this.#from));
  }

  /** The rest of the output when the input has ended. */
  finish(): Float32Array {
    const { floats } = this.#sums;
    floats.fill(0, this.#heldAt + this.#held, this.#heldAt + this.#held + this.#taps);
    this.#held += this.#taps;
    return this.#make(Math.ceil((this.#taken * this.#to) / this.#from));
  }

  #make(end: number): Float32Array {
    const from = this.#from;
    const to = this.#to;
    const made = this.#made;
    const first = this.#heldAt + 1 - this.#heldFrom;
    const out = new Float32Array(Math.max(0, end - made));
    for (let index = 0; index < out.length; index += 1) {
      const numerator = (made + index) * from;
      out[index] = this.#value(first + Math.floor(numerator / to), (numerator % to) / to);
    }
    this.#made += out.length;
    this.#drop(Math.floor((this.#made * from) / to));
    return out;
  }

  /** @param at index in memory of the filter's first tap */
  #value(at: number, fraction: number): number {
    const exact = fraction * this.#phases;
    const phase = Math.round(exact);
    const taps = this.#taps;
    // With a simple ratio of the rates, every value falls on a row; otherwise it is interpolated between two.
    if (Math.abs(exact - phase) < 1e-6) return this.#sums.sum(at, phase * taps, taps);
    const row = Math.floor(exact);
    const here = this.#sums.sum(at, row * taps, taps);
    return here + (exact - row) * (this.#sums.sum(at, (row + 1) * taps, taps) - here);
  }

  /** Drops the input before a sample. */
  #drop(before: number): void {
    const dropped = Math.min(this.#held, before - this.#heldFrom);
    this.#sums.floats.copyWithin(this.#heldAt, this.#heldAt + dropped, this.#heldAt + this.#held);
    this.#held -= dropped;
    this.#heldFrom += dropped;
  }
}
