import { randomNumbers } from '../../local/faults/faults.ts';

/** Choices that are the same for the same seed. */
export class Dice {
  readonly #next: () => number;

  /** @param seed any whole number */
  constructor(seed: number) {
    this.#next = randomNumbers(seed);
  }

  chance(share: number): boolean {
    return this.#next() < share;
  }

  /** A whole number from `least` to `most`, both included. */
  from(least: number, most: number): number {
    return least + Math.floor(this.#next() * (most - least + 1));
  }

  /** @throws RangeError when there is nothing to choose */
  pick<T>(choices: readonly T[]): T {
    const chosen = choices[this.from(0, choices.length - 1)];
    if (chosen === undefined) throw new RangeError('Nothing to choose from');
    return chosen;
  }

  /** Dice of their own for somebody else, so that who throws first changes nothing. */
  fork(): Dice {
    return new Dice(this.from(0, 2 ** 31));
  }
}
