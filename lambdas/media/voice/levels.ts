/** Seconds of one frame: short enough to place a word's edge, long enough to hold a period of a low voice. */
export const frameSeconds = 0.02;

/** Level of digital silence; no recording is quieter. Decibels under full scale, as all levels here. */
export const silence = -100;

/** Level of some samples from -1 to 1. */
export function levelOf(samples: Float32Array): number {
  let power = 0;
  for (const sample of samples) power += sample * sample;
  return power === 0 ? silence : Math.max(silence, 10 * Math.log10(power / samples.length));
}

/** Below this nothing is speech. */
const quietest = -55;
/** How far above the noise speech stands at least. */
const overNoise = 9;
/** A stretch whose loud and quiet differ by less is one steady sound: a hum, or noise. */
const steady = 6;
/** Loud frames a word has at least. */
const wordFrames = 5;

/**
 * The level from which on a frame is speech, from the levels around it: the quiet tenth is the noise.
 * @param levels of a stretch of some seconds
 */
export function speechThreshold(levels: readonly number[]): number {
  const sorted = [...levels].sort((a, b) => a - b);
  const noise = sorted[Math.floor(sorted.length / 10)] ?? silence;
  const loud = sorted[Math.max(0, sorted.length - wordFrames)] ?? silence;
  if (loud - noise < steady) return Number.POSITIVE_INFINITY;
  return Math.max(quietest, Math.min(noise + overNoise, (noise + loud) / 2));
}
