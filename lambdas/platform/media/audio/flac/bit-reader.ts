/** The bytes ended before what was to be read. */
export class BytesEndedError extends Error {
  override readonly name = 'BytesEndedError';
}

/** Reads bits, the highest of a byte first. */
export class BitReader {
  readonly #bytes: Uint8Array;
  /** Next byte that is not in `#held` yet. */
  #next: number;
  /** Up to 32 bits read ahead, in the low end. */
  #held = 0;
  #count = 0;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.#next = at;
  }

  /** Place of the first byte of which nothing was read. */
  get byte(): number {
    return this.#next - (this.#count >> 3);
  }

  /** Passes over the rest of a byte that was begun. */
  align(): void {
    this.#count -= this.#count & 7;
  }

  /** @param count 0 to 24 */
  unsigned(count: number): number {
    while (this.#count < count) this.#fill();
    this.#count -= count;
    return (this.#held >>> this.#count) & ((1 << count) - 1);
  }

  /** @param count 0 to 33 */
  signed(count: number): number {
    if (count === 0) return 0;
    const high = count > 24 ? this.unsigned(count - 24) : 0;
    const low = this.unsigned(Math.min(24, count));
    const value = high * 0x100_0000 + low;
    return value >= 2 ** (count - 1) ? value - 2 ** count : value;
  }

  /** Counts zeros up to the next one, and passes over it. */
  unary(): number {
    let zeros = 0;
    for (;;) {
      if (this.#count === 0) this.#fill();
      const rest = this.#held << (32 - this.#count);
      const leading = rest === 0 ? this.#count : Math.clz32(rest);
      zeros += leading;
      if (leading < this.#count) {
        this.#count -= leading + 1;
        return zeros;
      }
      this.#count = 0;
    }
  }

  #fill(): void {
    if (this.#next >= this.#bytes.length) throw new BytesEndedError('The bytes end inside a frame');
    this.#held = (this.#held << 8) | (this.#bytes[this.#next] ?? 0);
    this.#next += 1;
    this.#count += 8;
  }
}
