/** A vector's place in its index and how far it is. */
export interface Candidate {
  readonly slot: number;
  readonly distance: number;
}

/** Keeps the nearest of many candidates: a heap with the farthest of them on top. */
export class Nearest {
  readonly #limit: number;
  readonly #before: (a: Candidate, b: Candidate) => number;
  readonly #heap: Candidate[] = [];

  /** @param before orders candidates, nearest first; no two may be equal, so that the answer is always the same */
  constructor(limit: number, before: (a: Candidate, b: Candidate) => number) {
    this.#limit = limit;
    this.#before = before;
  }

  /** The largest distance of a candidate that is kept. */
  get bound(): number {
    return this.#heap.length < this.#limit
      ? Number.POSITIVE_INFINITY
      : (this.#heap[0]?.distance ?? Number.POSITIVE_INFINITY);
  }

  offer(candidate: Candidate): void {
    const heap = this.#heap;
    if (heap.length < this.#limit) {
      heap.push(candidate);
      this.#rise(heap.length - 1);
    } else if (heap[0] && this.#before(candidate, heap[0]) < 0) {
      heap[0] = candidate;
      this.#sink(0);
    }
  }

  /** Those kept, nearest first. */
  sorted(): Candidate[] {
    return this.#heap.toSorted(this.#before);
  }

  #rise(from: number): void {
    for (let child = from; child > 0; ) {
      const parent = (child - 1) >> 1;
      if (!this.#farther(child, parent)) return;
      this.#swap(child, parent);
      child = parent;
    }
  }

  #sink(from: number): void {
    for (let parent = from; ; ) {
      const left = 2 * parent + 1;
      const child = this.#farther(left + 1, left) ? left + 1 : left;
      if (!this.#farther(child, parent)) return;
      this.#swap(child, parent);
      parent = child;
    }
  }

  #farther(a: number, b: number): boolean {
    const [first, second] = [this.#heap[a], this.#heap[b]];
    return first !== undefined && second !== undefined && this.#before(first, second) > 0;
  }

  #swap(a: number, b: number): void {
    const [first, second] = [this.#heap[a], this.#heap[b]];
    if (first && second) [this.#heap[a], this.#heap[b]] = [second, first];
  }
}
