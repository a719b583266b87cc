/** Zero crossings of the filter on each side, at the lower of the two rates: more is steeper. */
const crossings = 32;
/** Fractions of a sample the filter is tabulated at; between them it is interpolated. */
const phases = 256;
/** Shape of the Kaiser window: about 90 dB of attenuation. */
const beta = 9;
/** Share of the lower rate's band that passes; the rest is where the filter falls. */
const passband = 0.92;

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
  const filter = makeFilter(from, to);
  const half = filter.taps / 2;
  // Places of input count from `half` zeros before the first sample, so that the filter never looks before the start.
  let held = new Float32Array(half);
  let heldFrom = 0;
  let made = 0;
  let taken = 0;
  const drain = (end: number): Float32Array => {
    const out = new Float32Array(Math.max(0, end - made));
    for (let index = 0; index < out.length; index += 1) {
      const numerator = (made + index) * from;
      const place = Math.floor(numerator / to);
      out[index] = valueAt(filter, held, place + 1 - heldFrom, (numerator % to) / to);
    }
    made += out.length;
    const keepFrom = Math.min(heldFrom + held.length, Math.floor((made * from) / to));
    held = held.slice(keepFrom - heldFrom);
    heldFrom = keepFrom;
    return out;
  };
  for await (const piece of pieces) {
    held = joined(held, piece);
    taken += piece.length;
    // The value at a place needs the input up to half a filter after it.
    const ready = Math.floor(((taken - half) * to) / from);
    if (ready > made) yield drain(ready);
  }
  held = joined(held, new Float32Array(filter.taps));
  const last = Math.ceil((taken * to) / from);
  if (last > made) yield drain(last);
}

interface Filter {
  /** Samples of input that one value is made of; even. */
  readonly taps: number;
  /** `phases + 1` rows of `taps` weights: row `p` for a value at `p / phases` after a sample. */
  readonly rows: Float32Array;
}

function makeFilter(from: number, to: number): Filter {
  const scale = Math.min(1, to / from);
  const half = Math.ceil(crossings / scale);
  const taps = 2 * half;
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
    // Each row adds up to one, so that a constant stays what it is.
    for (let tap = 0; tap < taps; tap += 1) rows[phase * taps + tap] = (rows[phase * taps + tap] ?? 0) / sum;
  }
  return { taps, rows };
}

/** @param first place in `input` of the filter's first tap */
function valueAt({ taps, rows }: Filter, input: Float32Array, first: number, fraction: number): number {
  const exact = fraction * phases;
  const phase = Math.floor(exact);
  const weight = exact - phase;
  const row = phase * taps;
  let here = 0;
  let next = 0;
  for (let tap = 0; tap < taps; tap += 1) {
    const sample = input[first + tap] ?? 0;
    here += sample * (rows[row + tap] ?? 0);
    next += sample * (rows[row + taps + tap] ?? 0);
  }
  return here + weight * (next - here);
}

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

function joined(a: Float32Array, b: Float32Array): Float32Array<ArrayBuffer> {
  const all = new Float32Array(a.length + b.length);
  all.set(a);
  all.set(b, a.length);
  return all;
}
