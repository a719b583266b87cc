import { checkRates, type Fault, type FaultRates, faults } from './rates.ts';

/** Decides which calls go wrong, and how. None does until rates are set. */
export class Faults {
  #rates: FaultRates = {};
  #state = 0;

  constructor(rates: FaultRates = {}) {
    this.set(rates);
  }

  /** Sets new rates and starts their sequence over. */
  set(rates: FaultRates): void {
    checkRates(rates);
    this.#rates = rates;
    this.#state = rates.seed ?? 1;
  }

  /** What goes wrong with the next call, if anything. */
  next(): Fault | undefined {
    let place = this.#random();
    for (const fault of faults) {
      place -= this.#rates[fault] ?? 0;
      if (place < 0) return fault;
    }
    return undefined;
  }

  /** Mulberry32: from 0 to 1, the same sequence for the same seed. */
  #random(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let value = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32;
  }
}
