/** Milliseconds back that a rate looks: long enough for work that goes in steps, short enough to follow a line that slows. */
const windowMs = 30_000;
/** Milliseconds before which a rate says nothing: what begins fills buffers first. */
const settleMs = 1000;

/** How fast something grows, lately. */
export class Rate {
  readonly #samples: { readonly amount: number; readonly at: number }[] = [];

  /** @param at milliseconds, never less than before */
  take(amount: number, at: number): void {
    this.#samples.push({ amount, at });
    while ((this.#samples[1]?.at ?? at) <= at - windowMs) this.#samples.shift();
  }

  /** A second; undefined when it is not known yet, or nothing grows. */
  get perSecond(): number | undefined {
    const [first, last] = [this.#samples.at(0), this.#samples.at(-1)];
    if (!first || !last || last.at - first.at < settleMs || last.amount <= first.amount) return undefined;
    return ((last.amount - first.amount) / (last.at - first.at)) * 1000;
  }
}
