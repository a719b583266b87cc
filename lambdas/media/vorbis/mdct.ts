/** The inverse of the modified cosine transform of one size (Vorbis I specification §4.3.7), by a Fourier transform of a quarter of it. */
export class InverseMdct {
  readonly #half: number;
  readonly #real: Float64Array;
  readonly #imaginary: Float64Array;
  readonly #cos: Float64Array;
  readonly #sin: Float64Array;
  /** Places in the order of reversed bits. */
  readonly #reversed: Uint16Array;
  readonly #twiddleCos: Float64Array;
  readonly #twiddleSin: Float64Array;

  /** @param size samples of a block, a power of two */
  constructor(size: number) {
    const half = size / 2;
    const count = half / 2;
    this.#half = half;
    this.#real = new Float64Array(count);
    this.#imaginary = new Float64Array(count);
    const angle = (at: number) => (Math.PI * (8 * at + 1)) / (8 * half);
    this.#twiddleCos = Float64Array.from({ length: count }, (_, at) => Math.cos(angle(at)));
    this.#twiddleSin = Float64Array.from({ length: count }, (_, at) => -Math.sin(angle(at)));
    this.#cos = Float64Array.from({ length: count }, (_, at) => Math.cos((2 * Math.PI * at) / count));
    this.#sin = Float64Array.from({ length: count }, (_, at) => -Math.sin((2 * Math.PI * at) / count));
    const width = Math.log2(count);
    this.#reversed = Uint16Array.from({ length: count }, (_, at) => {
      let reversed = 0;
      for (let bit = 0; bit < width; bit += 1) if ((at >> bit) & 1) reversed |= 1 << (width - 1 - bit);
      return reversed;
    });
  }

  /** @returns a block, of twice as many samples as the spectrum */
  transform(spectrum: Float32Array): Float32Array {
    const half = this.#half;
    const cosines = this.#cosines(spectrum);
    const block = new Float32Array(2 * half);
    const quarter = half / 2;
    for (let at = 0; at < quarter; at += 1) {
      block[at] = cosines[at + quarter] ?? 0;
      block[3 * quarter + at] = -(cosines[at] ?? 0);
    }
    for (let at = 0; at < half; at += 1) block[quarter + at] = -(cosines[half - 1 - at] ?? 0);
    return block;
  }

  /** The cosine transform of type IV. */
  #cosines(input: Float32Array): Float32Array {
    const half = this.#half;
    const [real, imaginary] = [this.#real, this.#imaginary];
    for (let at = 0; at < real.length; at += 1) {
      const [a, b] = [input[2 * at] ?? 0, input[half - 1 - 2 * at] ?? 0];
      const [cos, sin] = [this.#twiddleCos[at] ?? 0, this.#twiddleSin[at] ?? 0];
      const place = this.#reversed[at] ?? 0;
      real[place] = a * cos - b * sin;
      imaginary[place] = a * sin + b * cos;
    }
    this.#fourier();
    const output = new Float32Array(half);
    for (let at = 0; at < real.length; at += 1) {
      const [a, b] = [real[at] ?? 0, imaginary[at] ?? 0];
      const [cos, sin] = [this.#twiddleCos[at] ?? 0, this.#twiddleSin[at] ?? 0];
      output[2 * at] = a * cos - b * sin;
      output[half - 1 - 2 * at] = -(a * sin + b * cos);
    }
    return output;
  }

  #fourier(): void {
    const [real, imaginary] = [this.#real, this.#imaginary];
    const count = real.length;
    for (let size = 2; size <= count; size *= 2) {
      const [span, stride] = [size / 2, count / size];
      for (let from = 0; from < count; from += size) {
        for (let at = 0; at < span; at += 1) {
          const [one, other] = [from + at, from + at + span];
          const [cos, sin] = [this.#cos[at * stride] ?? 0, this.#sin[at * stride] ?? 0];
          const [a, b] = [real[other] ?? 0, imaginary[other] ?? 0];
          const [c, d] = [a * cos - b * sin, a * sin + b * cos];
          real[other] = (real[one] ?? 0) - c;
          imaginary[other] = (imaginary[one] ?? 0) - d;
          real[one] = (real[one] ?? 0) + c;
          imaginary[one] = (imaginary[one] ?? 0) + d;
        }
      }
    }
  }
}
