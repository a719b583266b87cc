import { shingleChars, shinglesOf, similarityOf } from './shingles.ts';

/** Similarity from which on two passages say the same. */
const sameFrom = 0.9;
/** Shingles of a passage, at least: of a shorter one, a word is too large a share. */
const minShingles = 100;
/** Smallest hashes by which a passage is found: of two that are alike, one in a million pairs has none in common (A. Broder, "On the resemblance and containment of documents", 1997). */
const sketchHashes = 8;
/** Share of digits in a text from which on its numbers are what it says, and of different shingles below which it repeats itself. */
const [digitShare, differentShare] = [0.1, 0.8];

/**
 * Tells a passage of running text that differs from an earlier one in a few words or digits, such as a notice with a date. Records are no
 * such passages, because their numbers are what they say: a list of records repeats itself, within a passage or from one to the next.
 */
export class NearDuplicates {
  /** Of each passage that is kept and may be repeated. */
  readonly #shingles: Uint32Array[] = [];
  /** The first passage with each hash in its sketch. */
  readonly #places = new Map<number, number>();
  /** The passage that the last one is like, or is. */
  #last: number | undefined;

  /** @param text without spaces and differences of case; undefined for a passage that is not running text */
  has(text: string | undefined): boolean {
    const last = this.#last;
    this.#last = undefined;
    if (text === undefined || digitsOf(text) >= text.length * digitShare) return false;
    const shingles = shinglesOf(text);
    const all = text.length - shingleChars + 1;
    if (shingles.length < Math.max(minShingles, all * differentShare)) return false;
    this.#last = this.#alike(shingles);
    if (this.#last !== undefined) return this.#last !== last;
    this.#last = this.#shingles.push(shingles) - 1;
    for (const hash of shingles.subarray(0, sketchHashes)) {
      if (!this.#places.has(hash)) this.#places.set(hash, this.#last);
    }
    return false;
  }

  /** The passage that these shingles are like, among those that share a hash of the sketch. */
  #alike(shingles: Uint32Array): number | undefined {
    const looked = new Set<number>();
    for (const hash of shingles.subarray(0, sketchHashes)) {
      const place = this.#places.get(hash);
      if (place === undefined || looked.has(place)) continue;
      looked.add(place);
      if (similarityOf(shingles, this.#shingles[place] ?? new Uint32Array()) >= sameFrom) return place;
    }
    return undefined;
  }
}

const digitsOf = (text: string) => text.match(/\p{Nd}/gu)?.length ?? 0;
