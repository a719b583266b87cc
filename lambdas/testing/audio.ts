/** Sounds for tests. */

/** A tone of `hertz`, from -1 to 1. */
export function tone(hertz: number, seconds: number, sampleRate: number, amplitude = 0.5): Float32Array {
  return Float32Array.from(
    { length: Math.round(seconds * sampleRate) },
    (_, at) => amplitude * Math.sin((2 * Math.PI * hertz * at) / sampleRate),
  );
}

/** A simple voice: harmonics of a pitch, louder and softer four times per second, like syllables. */
export function voice(hertz: number, seconds: number, sampleRate: number, amplitude = 0.3): Float32Array {
  return Float32Array.from({ length: Math.round(seconds * sampleRate) }, (_, at) => {
    const time = at / sampleRate;
    let sum = 0;
    for (let harmonic = 1; harmonic <= 8; harmonic += 1) {
      sum += Math.sin(2 * Math.PI * hertz * harmonic * time) / harmonic;
    }
    return amplitude * sum * (0.6 + 0.4 * Math.sin(2 * Math.PI * 4 * time));
  });
}

/** Someone who says vowels without a pause, and always as loud: the harmonics of a pitch, around two formants that move four times a second. */
export function vowels(hertz: number, seconds: number, sampleRate: number, amplitude = 0.1): Float32Array {
  const formants = [
    [700, 1200],
    [300, 2300],
    [400, 800],
    [550, 1800],
    [300, 900],
  ] as const;
  const harmonics = Array.from({ length: Math.floor(3500 / hertz) }, (_, place) => hertz * (place + 1));
  const spectra = formants.map(([first, second]) => {
    const near = (tone: number, formant: number) => 1 / (1 + ((tone - formant) / 80) ** 2);
    const heights = harmonics.map((tone) => near(tone, first) + near(tone, second) / 2);
    const power = Math.sqrt(heights.reduce((sum, height) => sum + height ** 2, 0));
    return heights.map((height) => (amplitude * height) / power);
  });
  const samples = new Float32Array(Math.round(seconds * sampleRate));
  for (let at = 0; at < samples.length; at += 1) {
    const heights = spectra[Math.floor((4 * at) / sampleRate) % spectra.length] ?? [];
    const turn = (2 * Math.PI * at) / sampleRate;
    let sum = 0;
    for (let place = 0; place < harmonics.length; place += 1)
      sum += (heights[place] ?? 0) * Math.sin((harmonics[place] ?? 0) * turn);
    samples[at] = sum;
  }
  return samples;
}

/** White noise that is the same every time. */
export function noise(seconds: number, sampleRate: number, amplitude: number): Float32Array {
  let state = 1;
  return Float32Array.from({ length: Math.round(seconds * sampleRate) }, () => {
    state = (state * 1_103_515_245 + 12_345) & 0x7fffffff;
    return amplitude * ((2 * state) / 0x7fffffff - 1);
  });
}

/** Sounds at the same time, as long as the first. */
export const mixed = (first: Float32Array, ...others: readonly Float32Array[]): Float32Array =>
  first.map((sample, at) => others.reduce((sum, other) => sum + (other[at] ?? 0), sample));

export function joined(...parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** A list as a stream of pieces; sizes repeat. */
export async function* inPieces<T extends { length: number; subarray(from: number, to: number): T }>(
  whole: T,
  sizes: readonly number[],
): AsyncGenerator<T> {
  for (let at = 0, turn = 0; at < whole.length; turn += 1) {
    const size = Math.max(1, sizes[turn % sizes.length] ?? 1);
    yield whole.subarray(at, at + size);
    at += size;
  }
}

export async function collected(pieces: AsyncIterable<Float32Array>): Promise<Float32Array> {
  const parts: Float32Array[] = [];
  for await (const piece of pieces) parts.push(piece);
  return joined(...parts);
}
