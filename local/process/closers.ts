type Closer = () => unknown;

/** What has been opened, to be closed in the opposite order. */
export class Closers {
  readonly #closers: Closer[] = [];
  #closing: Promise<void> | undefined;

  add(closer: Closer): void {
    this.#closers.push(closer);
  }

  /** Closes everything once, however often it is asked; one that fails does not keep the others open. */
  close(): Promise<void> {
    this.#closing ??= this.#closeAll();
    return this.#closing;
  }

  async #closeAll(): Promise<void> {
    for (let closer = this.#closers.pop(); closer; closer = this.#closers.pop()) {
      try {
        await closer();
      } catch {
        // It was to end anyway, and the warden ends what it may have left.
      }
    }
  }
}
