/** Bits of a packet, least significant first (Vorbis I specification §2.1). Bits after its end are zeros. */
export class Bits {
  readonly #bytes: Uint8Array;
  #position = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Whether more bits were read than there are: the packet ends, which is no error. */
  get isOver(): boolean {
    return this.#position > this.#bytes.length * 8;
  }

  bit(): number {
    const at = this.#position;
    this.#position = at + 1;
    return ((this.#bytes[at >>> 3] ?? 0) >>> (at & 7)) & 1;
  }

  /** An unsigned number of at most 32 bits. */
  read(count: number): number {
    let value = 0;
    for (let done = 0; done < count; ) {
      const at = this.#position;
      const taken = Math.min(8 - (at & 7), count - done);
      value += (((this.#bytes[at >>> 3] ?? 0) >>> (at & 7)) & ((1 << taken) - 1)) * 2 ** done;
      this.#position = at + taken;
      done += taken;
    }
    return value;
  }

  /** Moves on by bytes that hold nothing of interest. */
  skipBytes(count: number): void {
    this.#position += 8 * count;
  }
}

/** Bits that a number needs (§9.2.1). */
export const bitsOf = (value: number): number => (value <= 0 ? 0 : 32 - Math.clz32(value));
