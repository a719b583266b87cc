import { speakers, symbolRate, sync, toneOf } from './frame.ts';

interface Tone {
  readonly cos: Float32Array;
  readonly sin: Float32Array;
}

const symbolValues = [0, 1, 2, 3] as const;

/** Share of a window's energy that its tone must hold for a sync symbol to count; a pure tone holds all of it. */
const leastShare = 0.5;
const leastMeanShare = 0.65;

/** Power of a window, of full scale, under which it is taken for silence: about -60 dB. */
const silencePower = 1e-6;

/** Finds tones in samples of one rate. */
export class Detector {
  /** Samples of a symbol; not whole at every rate. */
  readonly symbolSamples: number;
  readonly #samples: Float32Array;
  readonly #window: number;
  readonly #tones: readonly (readonly Tone[])[];

  constructor(samples: Float32Array, sampleRate: number) {
    this.#samples = samples;
    this.symbolSamples = sampleRate / symbolRate;
    this.#window = Math.floor(this.symbolSamples);
    this.#tones = speakers.map((_, band) =>
      symbolValues.map((symbol) => referenceTone(toneOf(band, symbol) / sampleRate, this.#window)),
    );
  }

  /** Whether a whole symbol is left at a sample. */
  has(start: number): boolean {
    return Math.round(start) + this.#window <= this.#samples.length;
  }

  /**
   * How surely a frame of a band opens at a sample.
   * @returns mean share of the energy in the sync's tones, 0 when one of them is missing
   */
  syncAt(start: number, band: number): number {
    let sum = 0;
    for (let index = 0; index < sync.length; index += 1) {
      const share = this.#share(start + index * this.symbolSamples, band, sync[index] ?? 0);
      if (share < leastShare) return 0;
      sum += share;
    }
    const mean = sum / sync.length;
    return mean < leastMeanShare ? 0 : mean;
  }

  /** The symbol at a sample: the loudest tone of the band. */
  symbolAt(start: number, band: number): number {
    let best = 0;
    let most = -1;
    for (const symbol of symbolValues) {
      const power = this.#power(Math.round(start), band, symbol);
      if (power > most) [best, most] = [symbol, power];
    }
    return best;
  }

  isSilent(start: number): boolean {
    return this.#energy(Math.round(start)) < silencePower * this.#window;
  }

  #share(start: number, band: number, symbol: number): number {
    const at = Math.round(start);
    if (!this.has(at)) return 0;
    const energy = this.#energy(at);
    return energy < silencePower * this.#window
      ? 0
      : (2 * this.#power(at, band, symbol)) / (this.#window * energy);
  }

  #power(at: number, band: number, symbol: number): number {
    const tone = this.#tones[band]?.[symbol];
    if (!tone) return 0;
    let real = 0;
    let imaginary = 0;
    for (let index = 0; index < this.#window; index += 1) {
      const sample = this.#samples[at + index] ?? 0;
      real += sample * (tone.cos[index] ?? 0);
      imaginary += sample * (tone.sin[index] ?? 0);
    }
    return real * real + imaginary * imaginary;
  }

  #energy(at: number): number {
    let energy = 0;
    for (let index = 0; index < this.#window; index += 1) energy += (this.#samples[at + index] ?? 0) ** 2;
    return energy;
  }
}

function referenceTone(cyclesPerSample: number, length: number): Tone {
  const wave = (shape: (angle: number) => number) =>
    Float32Array.from({ length }, (_, index) => shape(2 * Math.PI * cyclesPerSample * index));
  return { cos: wave(Math.cos), sin: wave(Math.sin) };
}
