/** Between these two ranges of pitch men's and women's voices usually divide, in hertz. */
const divide = 165;
/** Voices that differ in pitch by less than this share count as one. */
const tolerance = 0.12;

/**
 * Distinguishes unrecognised voices by pitch. Labels come from the pitch alone, so that two connections about one
 * recording agree; a voice near a known one gets its label.
 */
export class Voices {
  readonly #heard: { readonly pitch: number; readonly label: string }[] = [];

  /** @param pitch hertz; undefined where no pitch was found */
  labelFor(pitch: number | undefined): string {
    if (pitch === undefined) return 'unpitched';
    const known = this.#heard.find((voice) => Math.abs(pitch / voice.pitch - 1) < tolerance);
    if (known) return known.label;
    const label = pitch < divide ? 'low voice' : 'high voice';
    this.#heard.push({ pitch, label });
    return label;
  }
}

/** Hertz that voices speak at. */
const lowest = 65;
const highest = 400;
/** Seconds of one look, and looks at a segment at most. */
const lookSeconds = 0.05;
const maxLooks = 40;
/** How alike a wave must be to itself one period later to count as a voice; 1 is the same. */
const leastLikeness = 0.5;

/**
 * The pitch of a voice by autocorrelation, the median over looks spread through the samples.
 * @returns hertz; undefined where nothing has a pitch, as in noise
 */
export function pitchOf(samples: Float32Array, sampleRate: number): number | undefined {
  const look = Math.round(lookSeconds * sampleRate);
  const stride = Math.max(look, Math.floor(samples.length / maxLooks));
  const found: number[] = [];
  for (let start = 0; start + look <= samples.length; start += stride) {
    const period = wavePeriod(samples.subarray(start, start + look), sampleRate);
    if (period !== undefined) found.push(sampleRate / period);
  }
  return found.sort((a, b) => a - b)[Math.floor(found.length / 2)];
}

/** The shortest period nearly as good as the best, so that twice the period is not mistaken for it. */
function wavePeriod(samples: Float32Array, sampleRate: number): number | undefined {
  const shortest = Math.floor(sampleRate / highest);
  const longest = Math.min(Math.ceil(sampleRate / lowest), Math.floor(samples.length / 2));
  const likeness = new Map<number, number>();
  for (let lag = shortest; lag <= longest; lag += 1) likeness.set(lag, likenessAt(samples, lag));
  const best = Math.max(...likeness.values());
  if (best < leastLikeness) return undefined;
  for (const [lag, value] of likeness) {
    const isPeak = value >= (likeness.get(lag - 1) ?? 1) && value >= (likeness.get(lag + 1) ?? -1);
    if (isPeak && value > 0.85 * best) return lag;
  }
  return undefined;
}

function likenessAt(samples: Float32Array, lag: number): number {
  let product = 0;
  let here = 0;
  let there = 0;
  for (let index = 0; index + lag < samples.length; index += 1) {
    const a = samples[index] ?? 0;
    const b = samples[index + lag] ?? 0;
    product += a * b;
    here += a * a;
    there += b * b;
  }
  return here === 0 || there === 0 ? 0 : product / Math.sqrt(here * there);
}
