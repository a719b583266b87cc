/** Hertz that people speak at. */
const voice = { lowest: 65, highest: 400 } as const;
/** Hertz up to which a period is looked for: what repeats faster than a voice is none, though its multiples look so. */
const highestPeriodic = 1600;
/** Seconds of one look, and looks at an utterance at most. */
const lookSeconds = 0.05;
const maxLooks = 30;
/** How alike a sound must be to itself one period later to have a pitch; 1 is the same. */
const leastLikeness = 0.6;
/** Share of the looks that must have a voice's pitch. */
const leastVoiced = 0.2;

/**
 * Pitch of a voice: the median over short looks, each by normalised autocorrelation.
 * @param samples mono audio
 * @param sampleRate samples a second
 * @returns hertz; undefined where there is no voice's pitch, as in a whisper, in noise or in tones
 */
export function pitchOf(samples: Float32Array, sampleRate: number): number | undefined {
  return median(pitchesOf(samples, sampleRate));
}

/** The pitches of an utterance's looks, lowest first; none where too few of them have a voice's pitch. */
export function pitchesOf(samples: Float32Array, sampleRate: number): number[] {
  const look = Math.round(lookSeconds * sampleRate);
  const stride = Math.max(look, Math.floor(samples.length / maxLooks));
  const pitches: number[] = [];
  let looks = 0;
  for (let start = 0; start + look <= samples.length; start += stride) {
    looks += 1;
    const pitch = pitchAt(samples.subarray(start, start + look), sampleRate);
    if (pitch !== undefined && pitch <= voice.highest) pitches.push(pitch);
  }
  return pitches.length < looks * leastVoiced ? [] : pitches.sort((a, b) => a - b);
}

/** The shortest period that is nearly as good as the best: its multiples are as good, and are not meant. */
function pitchAt(samples: Float32Array, sampleRate: number): number | undefined {
  const shortest = Math.floor(sampleRate / highestPeriodic);
  const longest = Math.ceil(sampleRate / voice.lowest);
  const likeness: number[] = [];
  for (let lag = shortest; lag <= longest; lag += 1) likeness.push(likenessAt(samples, lag));
  const best = Math.max(...likeness);
  if (best < leastLikeness) return undefined;
  const place = likeness.findIndex(
    (value, at) =>
      value > 0.85 * best && value >= (likeness[at - 1] ?? 1) && value >= (likeness[at + 1] ?? -1),
  );
  return place < 0 ? undefined : sampleRate / (shortest + place);
}

function likenessAt(samples: Float32Array, lag: number): number {
  let product = 0;
  let here = 0;
  let later = 0;
  for (let at = 0; at + lag < samples.length; at += 1) {
    const a = samples[at] ?? 0;
    const b = samples[at + lag] ?? 0;
    product += a * b;
    here += a * a;
    later += b * b;
  }
  return here === 0 || later === 0 ? 0 : product / Math.sqrt(here * later);
}

/** The middle of some values; undefined where there are none. */
export const median = (values: readonly number[]): number | undefined =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
