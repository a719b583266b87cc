import { sumStep } from './weighted-sum.ts';

/** Zero crossings of the filter on each side, at the lower of the two rates; more make it steeper. */
const crossings = 32;
/** Fractions of a sample at which the filter is tabulated when the rates have no simple ratio. */
const interpolatedPhases = 256;
/** Weights in the table, at most: two megabytes. */
const maxWeights = 512 * 1024;
/** Shape of the Kaiser window: about 90 dB of attenuation. */
const beta = 9;
/** Share of the lower rate's band that passes; in the rest the filter falls off. */
const passband = 0.92;

export interface Filter {
  /** Samples of input under the filter; a multiple of twice {@link sumStep}. */
  readonly taps: number;
  /** Fractions of a sample that have a row. */
  readonly phases: number;
  /** `phases + 1` rows of `taps` weights: row `p` for a value at `p / phases` after a sample. */
  readonly rows: Float32Array;
}

/**
 * The filter from one rate to another. 44,100 to 16,000 is 441 to 160, so values fall on only 160 fractions of a sample, and
 * each has its row.
 */
export function makeFilter(from: number, to: number): Filter {
  const scale = Math.min(1, to / from);
  const half = sumStep * Math.ceil(crossings / scale / sumStep);
  const taps = 2 * half;
  const exactPhases = to / commonDivisor(from, to);
  const phases = (exactPhases + 1) * taps <= maxWeights ? exactPhases : interpolatedPhases;
  const cutoff = scale * passband;
  const rows = new Float32Array((phases + 1) * taps);
  for (let phase = 0; phase <= phases; phase += 1) {
    let sum = 0;
    for (let tap = 0; tap < taps; tap += 1) {
      const distance = tap - (half - 1) - phase / phases;
      const weight = cutoff * sinc(distance * cutoff) * kaiser(distance / half);
      rows[phase * taps + tap] = weight;
      sum += weight;
    }
    // Each row adds up to one, so that a constant signal stays unchanged.
    for (let tap = 0; tap < taps; tap += 1) rows[phase * taps + tap] = (rows[phase * taps + tap] ?? 0) / sum;
  }
  return { taps, phases, rows };
}

const commonDivisor = (a: number, b: number): number => (b === 0 ? a : commonDivisor(b, a % b));

const sinc = (x: number) => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));

/** Kaiser window over -1 to 1. */
const kaiser = (x: number) => (Math.abs(x) >= 1 ? 0 : bessel(beta * Math.sqrt(1 - x * x)) / bessel(beta));

/** Modified Bessel function of the first kind, order 0, by its power series. */
function bessel(x: number): number {
  let term = 1;
  let sum = 1;
  for (let k = 1; term > sum * 1e-12; k += 1) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}
