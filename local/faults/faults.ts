import { checkRates, type FaultRates } from './rates.ts';

/** Decides which calls to a service get a fault, and which. None does until rates are set. */
export class Faults<Kind extends string> {
  readonly #kinds: readonly Kind[];
  readonly #counts = new Map<Kind, number>();
  #rates: FaultRates<Kind> | undefined;
  #random = randomNumbers(1);
  #concerns: (principalArn: string) => boolean = () => true;

  constructor(kinds: readonly Kind[], rates?: FaultRates<Kind>) {
    this.#kinds = kinds;
    if (rates) this.set(rates);
  }

  /**
   * Sets new rates and starts their sequence over.
   * @param concerns selects callers by the ARN of their role; all callers by default
   */
  set(rates: FaultRates<Kind>, concerns: (principalArn: string) => boolean = () => true): void {
    checkRates(this.#kinds, rates);
    this.#rates = rates;
    this.#concerns = concerns;
    this.#random = randomNumbers(rates.seed ?? 1);
  }

  /**
   * The fault of the next call, if it gets one.
   * @param possible whether this call can have the fault; every fault by default
   */
  next(principalArn: string, possible: (kind: Kind) => boolean = () => true): Kind | undefined {
    if (!this.#concerns(principalArn)) return undefined;
    let place = this.#random();
    for (const kind of this.#kinds) {
      place -= this.#rates?.[kind] ?? 0;
      if (place < 0) return possible(kind) ? this.#count(kind) : undefined;
    }
    return undefined;
  }

  /** How often each fault was injected so far. */
  get counts(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts);
  }

  #count(kind: Kind): Kind {
    this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + 1);
    return kind;
  }
}

/**
 * Mulberry32: numbers from 0 to 1 (1 left out), the same sequence for the same seed.
 * @param seed any number; its lowest 32 bits count
 */
export function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32;
  };
}
