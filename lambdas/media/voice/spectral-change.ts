import { countFrames, frameSeconds } from './levels.ts';

/**
 * Tells speech and music from a hum or noise of the same level: their spectrum changes from moment to moment. The level of each of some
 * bands is compared with that of all bands, so that a sound that only becomes louder does not change.
 */

/** Middles of the bands in hertz, and their quality: the middle divided by the width. */
const bands = [250, 400, 630, 1000, 1600, 2500, 4000, 6000];
const quality = 2;
/** Frames whose mean is taken: a syllable is longer, and the level of noise varies less in a longer stretch. */
const meanFrames = 5;
/** Frames of a window in which changes are measured, and between the starts of two windows. */
const windowFrames = countFrames(1);
const hopFrames = windowFrames / 2;
/** Frames that are enough for a window, where there are no more. */
const minFrames = windowFrames / 4;
/** Bands that change most: speech under music shows where the music leaves room. */
const countedBands = 3;
/**
 * Speech changes by this many times as much as noise does, at least. Measured as the median of windows of a second: noise 1.1 to 1.2,
 * a chord 0.1, speech 12 to 20, speech 6 dB below a chord 7.9, 18 dB below pink noise 2.4.
 */
const leastChange = 2;
/** Power below which a band counts as silent: the last bits of a file. */
const silentPower = 1e-8;

/**
 * Frames around which the spectrum changes.
 * @param frames of 20 ms, one after the other
 * @param sampleRate samples a second
 * @returns for each frame, whether a window that holds it changes
 */
export function spectrumChanges(frames: readonly Float32Array[], sampleRate: number): boolean[] {
  const heard = bands.filter((middle) => middle < 0.4 * sampleRate);
  const shapes = withoutCommonLevel(heard.map((middle) => levelsOf(frames, middle, sampleRate)));
  const changes = frames.map(() => false);
  for (let from = 0; frames.length - from >= minFrames; from += hopFrames) {
    // The last window ends with the last frame, and begins earlier instead of being shorter.
    const start = Math.max(0, Math.min(from, frames.length - windowFrames));
    const end = Math.min(start + windowFrames, frames.length);
    const ratios = shapes.map(
      (shape, band) => deviation(shape.subarray(start, end)) / deviationOfNoise(heard[band] ?? 0),
    );
    const most = ratios.sort((a, b) => b - a).slice(0, countedBands);
    const change = most.reduce((sum, ratio) => sum + ratio, 0) / countedBands;
    if (change >= leastChange) changes.fill(true, start, end);
  }
  return changes;
}

/** Levels of a band in decibels, a mean of some frames each. Filter: R. Bristow-Johnson, "Audio EQ Cookbook", band-pass with 0 dB peak gain. */
function levelsOf(frames: readonly Float32Array[], middle: number, sampleRate: number): Float64Array {
  const turn = (2 * Math.PI * middle) / sampleRate;
  const alpha = Math.sin(turn) / (2 * quality);
  const [gain, back, farther] = [alpha, -2 * Math.cos(turn), 1 - alpha].map((value) => value / (1 + alpha));
  const powers = new Float64Array(frames.length);
  let [in1, in2, out1, out2] = [0, 0, 0, 0];
  for (const [place, frame] of frames.entries()) {
    let power = 0;
    for (const sample of frame) {
      const out = (gain ?? 0) * (sample - in2) - (back ?? 0) * out1 - (farther ?? 0) * out2;
      in2 = in1;
      in1 = sample;
      out2 = out1;
      out1 = out;
      power += out * out;
    }
    powers[place] = power / frame.length;
  }
  return powers.map((_, place) => {
    const near = powers.subarray(Math.max(0, place - (meanFrames >> 1)), place + (meanFrames >> 1) + 1);
    return 10 * Math.log10(near.reduce((sum, power) => sum + power, 0) / near.length + silentPower);
  });
}

/** What each band's level differs from the mean of all bands, in each frame. */
function withoutCommonLevel(levels: readonly Float64Array[]): Float64Array[] {
  return levels.map((band) =>
    band.map((level, place) => {
      const common = levels.reduce((sum, other) => sum + (other[place] ?? 0), 0) / levels.length;
      return level - common;
    }),
  );
}

/** Standard deviation of values of a normal distribution, by the middle 68 percent of them: a click does not count. */
function deviation(values: Float64Array): number {
  const sorted = values.toSorted();
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))] ?? 0;
  return (at(0.84) - at(0.16)) / 2;
}

/**
 * Standard deviation of the level of noise in a band, in decibels: its power over a time T has a relative deviation of 1 / √(B T), where B
 * is the band's noise bandwidth (Bendat and Piersol, "Random Data", on the random error of mean square values).
 */
function deviationOfNoise(middle: number): number {
  const bandwidth = ((Math.PI / 2) * middle) / quality;
  return 10 / Math.LN10 / Math.sqrt(bandwidth * meanFrames * frameSeconds);
}
