/** Samples of a channel, by their width: those of 25 bits and their differences fit in 32. */
export type Samples = Int32Array | Float64Array;

/**
 * Bits of a buffer, most significant first. The buffer must have eight spare bytes after its `end`; {@link isOver}
 * returns afterwards whether any of them were read.
 */
export class Bits {
  readonly #view: DataView;
  readonly #end: number;
  /** Number of the next bit. */
  position: number;

  /** @param end offset after the last byte */
  constructor(view: DataView, at: number, end: number) {
    this.#view = view;
    this.#end = end * 8;
    this.position = at * 8;
  }

  /** Whether more bits were read than there are. */
  get isOver(): boolean {
    return this.position > this.#end;
  }

  /** An unsigned number of at most 25 bits. */
  unsigned(count: number): number {
    const { position } = this;
    if (count === 0 || position > this.#end) return 0;
    this.position = position + count;
    return (this.#view.getUint32(position >>> 3) << (position & 7)) >>> (32 - count);
  }

  /** A number of at most 33 bits in two's complement. */
  signed(count: number): number {
    if (count > 25) return this.#wideSigned(count);
    const value = this.unsigned(count);
    return count === 0 ? 0 : (value << (32 - count)) >> (32 - count);
  }

  #wideSigned(count: number): number {
    const value = this.unsigned(count - 16) * 2 ** 16 + this.unsigned(16);
    return value < 2 ** (count - 1) ? value : value - 2 ** count;
  }

  /** The number of zeros before the next one; the one is consumed too. */
  zeros(): number {
    let count = 0;
    while (this.position <= this.#end) {
      const window = this.#view.getUint32(this.position >>> 3) << (this.position & 7);
      const usable = 32 - (this.position & 7);
      const zeros = Math.min(usable, Math.clz32(window));
      count += zeros;
      this.position += zeros;
      if (zeros < usable) {
        this.position += 1;
        return count;
      }
    }
    return count;
  }

  /** Numbers in Rice's code (RFC 9639 §9.2.7): the zeros are the upper part, `parameter` bits the lower, the last the sign. */
  rice(parameter: number, into: Samples, from: number, to: number): void {
    const view = this.#view;
    for (let at = from; at < to; at += 1) {
      const { position } = this;
      if (position > this.#end) return;
      const window = view.getUint32(position >>> 3) << (position & 7);
      const zeros = Math.clz32(window);
      let value: number;
      if (zeros + parameter < 24) {
        // The whole number is in the four bytes at hand.
        const lower = parameter === 0 ? 0 : (window << (zeros + 1)) >>> (32 - parameter);
        value = (zeros << parameter) | lower;
        this.position = position + zeros + 1 + parameter;
      } else {
        const upper = this.zeros();
        value = (upper << parameter) | this.wide(parameter);
      }
      into[at] = (value >>> 1) ^ -(value & 1);
    }
  }

  /** An unsigned number of at most 32 bits. */
  wide(count: number): number {
    if (count <= 16) return this.unsigned(count);
    const upper = this.unsigned(count - 16);
    return ((upper << 16) | this.unsigned(16)) >>> 0;
  }

  align(): void {
    this.position = (this.position + 7) & ~7;
  }
}
