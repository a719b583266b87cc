import { randomNumbers } from '../../local/faults/faults.ts';

/** Random choices that are the same for the same seed. */
export class SeededRandom {
  readonly #next: () => number;

  /** @param seed any whole number */
  constructor(seed: number) {
    this.#next = randomNumbers(seed);
  }

  chance(share: number): boolean {
    return this.#next() < share;
  }

  /** An integer from `least` to `most`, both included. */
  integer(least: number, most: number): number {
    return least + Math.floor(this.#next() * (most - least + 1));
  }

  /** @throws RangeError when there is nothing to choose */
  pick<T>(choices: readonly T[]): T {
    const chosen = choices[this.integer(0, choices.length - 1)];
    if (chosen === undefined) throw new RangeError('Nothing to choose from');
    return chosen;
  }

  /** An independent generator, so that the order in which its users draw changes nothing. */
  fork(): SeededRandom {
    return new SeededRandom(this.integer(0, 2 ** 31));
  }
}
