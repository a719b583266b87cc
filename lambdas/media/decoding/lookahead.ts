/** Looks at the bytes that come next before it is known how many of them belong together. */
export class Lookahead {
  readonly #pieces: AsyncIterator<Uint8Array>;
  #held: Uint8Array = new Uint8Array(0);
  #position: number;

  /** @param position place in the file of the first byte of the first piece */
  constructor(pieces: AsyncIterable<Uint8Array>, position: number) {
    this.#pieces = pieces[Symbol.asyncIterator]();
    this.#position = position;
  }

  /** Place in the file of the next byte. */
  get position(): number {
    return this.#position;
  }

  /** All bytes held, at least as many as asked for; fewer only at the end of the file. */
  async see(count: number): Promise<Uint8Array> {
    while (this.#held.length < count) {
      const next = await this.#pieces.next();
      if (next.done) break;
      this.#held = this.#held.length === 0 ? next.value : Buffer.concat([this.#held, next.value]);
    }
    return this.#held;
  }

  /** Passes over bytes that are held. */
  pass(count: number): void {
    this.#held = this.#held.subarray(count);
    this.#position += count;
  }
}
