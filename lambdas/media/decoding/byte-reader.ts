/** Reads a given number of bytes at a time from a stream of pieces of any size. */
export class ByteReader {
  readonly #pieces: AsyncIterator<Uint8Array>;
  #held: Uint8Array = new Uint8Array(0);
  #position: number;

  /** @param position offset in the file of the first byte of the first piece */
  constructor(pieces: AsyncIterable<Uint8Array>, position = 0) {
    this.#pieces = pieces[Symbol.asyncIterator]();
    this.#position = position;
  }

  /** Offset in the file of the next byte. */
  get position(): number {
    return this.#position;
  }

  /** All bytes held, at least `count`; fewer only at the end of the file. They stay to be read. */
  async peek(count: number): Promise<Uint8Array> {
    while (this.#held.length < count) {
      const next = await this.#pieces.next();
      if (next.done) break;
      this.#held = this.#held.length === 0 ? next.value : Buffer.concat([this.#held, next.value]);
    }
    return this.#held;
  }

  /** Moves on by a count of bytes that were peeked. */
  advance(count: number): void {
    this.#held = this.#held.subarray(count);
    this.#position += count;
  }

  /** The next `count` bytes; undefined when fewer are left. */
  async read(count: number): Promise<Uint8Array | undefined> {
    const pieces: Uint8Array[] = [];
    let missing = count;
    while (missing > 0) {
      const piece = await this.#next(missing);
      if (!piece) return undefined;
      pieces.push(piece);
      missing -= piece.length;
    }
    return pieces.length === 1 && pieces[0] ? pieces[0] : Buffer.concat(pieces);
  }

  /** Skips `count` bytes, or all that are left. */
  async skip(count: number): Promise<void> {
    for (let missing = count; missing > 0; ) {
      const piece = await this.#next(missing);
      if (!piece) return;
      missing -= piece.length;
    }
  }

  /** The next bytes, between one and `most`; undefined at the end. */
  async #next(most: number): Promise<Uint8Array | undefined> {
    const piece = (await this.peek(1)).subarray(0, most);
    this.advance(piece.length);
    return piece.length > 0 ? piece : undefined;
  }
}
