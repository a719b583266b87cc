/** Seconds of one frame: short enough to find the edge of a word, long enough to hold a period of a low voice. */
export const frameSeconds = 0.02;

/** Frames of some seconds. */
export const countFrames = (seconds: number) => Math.round(seconds / frameSeconds);

/** Level of digital silence; no recording is quieter. Decibels relative to full scale, as all levels here. */
export const silence = -100;

/** Level of some samples from -1 to 1. */
export function levelOf(samples: Float32Array): number {
  let power = 0;
  for (const sample of samples) power += sample * sample;
  return power === 0 ? silence : Math.max(silence, 10 * Math.log10(power / samples.length));
}

/** Anything below this level is not speech. */
export const minSpeechLevel = -55;
/** Decibels by which speech exceeds the noise, at least. */
const overNoise = 9;
/** A stretch whose loud and quiet frames differ by less is one steady sound: a hum, or noise. */
const steady = 6;
/** A stretch whose levels are within this range, the loudest and the quietest tenth aside, does not show speech by its level. */
const unclear = 12;
/** Loud frames of a word, at least. */
const wordFrames = 5;

/**
 * The level from which a frame counts as speech, by the levels around it: the quietest tenth is the noise.
 * @param levels of a stretch of some seconds
 */
export function speechThreshold(levels: readonly number[]): number {
  const sorted = [...levels].sort((a, b) => a - b);
  const noise = sorted[Math.floor(sorted.length / 10)] ?? silence;
  const loud = sorted[Math.max(0, sorted.length - wordFrames)] ?? silence;
  if (loud - noise < steady) return Number.POSITIVE_INFINITY;
  return Math.max(minSpeechLevel, Math.min(noise + overNoise, (noise + loud) / 2));
}

/**
 * Whether the level alone does not tell speech from the sound around it: someone who talks without a pause, or under music.
 * @param levels of a stretch of some seconds
 */
export function isUnclear(levels: readonly number[]): boolean {
  const sorted = [...levels].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? silence;
  return at(0.9) - at(0.1) < unclear;
}
