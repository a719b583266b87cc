import { makeSums, type Sums, sumStep } from '../weighted-sum.ts';

/** The range of speaking pitches, in hertz. */
const voice = { lowest: 65, highest: 400 } as const;
/** Hertz up to which periods are searched: a faster one is no voice, although its multiples look like one. */
const highestPeriodic = 1600;
/** Seconds of one analysis window, and windows of an utterance, at most. */
const windowSeconds = 0.05;
const maxWindows = 30;
/** Least correlation of a sound with itself one period later; 1 is identical. */
const minCorrelation = 0.6;
/** Share of the windows that must have a voice's pitch. */
const minVoiced = 0.2;

/**
 * Pitch of a voice: the median over short windows, each by normalised autocorrelation.
 * @param samples mono audio
 * @param sampleRate samples a second
 * @returns hertz; undefined where there is no voice's pitch, as in a whisper, noise or tones
 */
export function pitchOf(samples: Float32Array, sampleRate: number): number | undefined {
  return median(pitchesOf(samples, sampleRate));
}

/** The pitches of an utterance's windows, lowest first; none where too few of them have a voice's pitch. */
export function pitchesOf(samples: Float32Array, sampleRate: number): number[] {
  const size = Math.round(windowSeconds * sampleRate);
  const stride = Math.max(size, Math.floor(samples.length / maxWindows));
  // A window, and silence behind it: what lies behind the window adds nothing to a correlation.
  const sums = makeSums(2 * size + sumStep);
  const pitches: number[] = [];
  let windows = 0;
  for (let start = 0; start + size <= samples.length; start += stride) {
    windows += 1;
    sums.floats.set(samples.subarray(start, start + size));
    const pitch = pitchAt(sums, size, sampleRate);
    if (pitch !== undefined && pitch <= voice.highest) pitches.push(pitch);
  }
  return pitches.length < windows * minVoiced ? [] : pitches.sort((a, b) => a - b);
}

/**
 * The shortest period that correlates nearly as well as the best: its multiples correlate as well.
 * @param size samples of the window
 */
function pitchAt(sums: Sums, size: number, sampleRate: number): number | undefined {
  const shortest = Math.floor(sampleRate / highestPeriodic);
  const longest = Math.ceil(sampleRate / voice.lowest);
  const energies = energiesOf(sums.floats.subarray(0, size));
  const correlations: number[] = [];
  for (let lag = shortest; lag <= longest; lag += 1) {
    const [here, later] = [energies[size - lag] ?? 0, (energies[size] ?? 0) - (energies[lag] ?? 0)];
    const products = sums.sum(0, lag, Math.ceil((size - lag) / sumStep) * sumStep);
    correlations.push(here <= 0 || later <= 0 ? 0 : products / Math.sqrt(here * later));
  }
  const best = Math.max(...correlations);
  if (best < minCorrelation) return undefined;
  const place = correlations.findIndex(
    (value, at) =>
      value > 0.85 * best && value >= (correlations[at - 1] ?? 1) && value >= (correlations[at + 1] ?? -1),
  );
  return place < 0 ? undefined : sampleRate / (shortest + place);
}

/** The energy of the samples before each place, and of all of them. */
function energiesOf(samples: Float32Array): Float64Array {
  const energies = new Float64Array(samples.length + 1);
  let energy = 0;
  for (let at = 0; at < samples.length; at += 1) {
    energy += (samples[at] ?? 0) ** 2;
    energies[at + 1] = energy;
  }
  return energies;
}

/** The middle of some values; undefined where there are none. */
export const median = (values: readonly number[]): number | undefined =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
