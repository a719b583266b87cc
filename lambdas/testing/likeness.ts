/** How much the sound of a recording is like that of another decoder. */
export interface Likeness {
  /** Correlation, -1 to 1. */
  readonly correlation: number;
  /** Effective value, divided by the other's. */
  readonly level: number;
  /** Milliseconds by which it is later than the other. */
  readonly late: number;
}

/** Milliseconds to both sides in which the best match is searched for: decoders cut the delay of a codec in different ways. */
const searchedMs = 60;
/** Places that are compared while it is searched for. */
const searchedPlaces = 5000;
/** Effective value below which a sound counts as silence: half of the last of 16 bits. */
const silence = 1 / 65_536;

/** @param rate samples a second, of both */
export function likeness(one: Float32Array, other: Float32Array, rate: number): Likeness {
  const level = effective(one) / effective(other);
  if (effective(one) < silence && effective(other) < silence) return { correlation: 1, level: 1, late: 0 };
  const most = Math.round((searchedMs * rate) / 1000);
  const step = Math.ceil(Math.min(one.length, other.length) / searchedPlaces);
  let best = { moved: 0, alike: Number.NEGATIVE_INFINITY };
  for (let moved = -most; moved <= most; moved += 1) {
    const alike = correlation(one, other, moved, step);
    if (alike > best.alike) best = { moved, alike };
  }
  return { correlation: correlation(one, other, best.moved), level, late: (-1000 * best.moved) / rate };
}

/**
 * Correlation of two sounds, the second one shifted by some samples.
 * @param step one of this many samples is compared
 */
function correlation(one: Float32Array, other: Float32Array, moved: number, step = 1): number {
  const [from, to] = [Math.max(0, -moved), Math.min(one.length, other.length - moved)];
  let [both, first, second] = [0, 0, 0];
  for (let at = from; at < to; at += step) {
    const a = one[at] ?? 0;
    const b = other[at + moved] ?? 0;
    both += a * b;
    first += a * a;
    second += b * b;
  }
  return both / Math.sqrt(first * second || 1);
}

function effective(sound: Float32Array): number {
  let sum = 0;
  for (const sample of sound) sum += sample * sample;
  return Math.sqrt(sum / (sound.length || 1));
}
