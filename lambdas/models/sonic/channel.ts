/**
 * Passes values from a producer to an iterator, one at a time: `push` waits until the value was taken, so a slow reader slows
 * the producer down.
 */
export class Channel<T> implements AsyncIterable<T> {
  #reader: PromiseWithResolvers<IteratorResult<T>> | undefined;
  #waiting: { readonly value: T; readonly taken: PromiseWithResolvers<void> }[] = [];
  #closed = false;
  #failure: unknown;

  /** @throws the reason of `fail`, or Error when the channel was closed */
  async push(value: T): Promise<void> {
    if (this.#closed) throw this.#failure ?? new Error('The channel is closed');
    if (this.#reader) {
      this.#reader.resolve({ done: false, value });
      this.#reader = undefined;
      return;
    }
    const taken = Promise.withResolvers<void>();
    this.#waiting.push({ value, taken });
    await taken.promise;
  }

  /** Ends the iteration after the values that were pushed. */
  close(): void {
    this.#closed = true;
    this.#reader?.resolve({ done: true, value: undefined });
    this.#reader = undefined;
  }

  /** Ends the iteration now; waiting and later calls of `push` throw the reason. */
  fail(reason: unknown): void {
    if (this.#failure !== undefined) return;
    this.#failure = reason;
    for (const { taken } of this.#waiting.splice(0)) taken.reject(reason);
    this.close();
  }

  [Symbol.asyncIterator](): AsyncIterator<T> {
    return {
      next: () => this.#next(),
      return: async () => {
        this.fail(new Error('The reader has stopped'));
        return { done: true, value: undefined };
      },
    };
  }

  async #next(): Promise<IteratorResult<T>> {
    const next = this.#waiting.shift();
    if (next) {
      next.taken.resolve();
      return { done: false, value: next.value };
    }
    if (this.#closed) return { done: true, value: undefined };
    this.#reader = Promise.withResolvers();
    return this.#reader.promise;
  }
}
