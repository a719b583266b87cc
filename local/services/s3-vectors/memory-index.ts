import { distances, type Metric, prepared } from './distance.ts';
import type { Filter } from './filter.ts';
import type { Metadata } from './metadata.ts';
import { type Candidate, Nearest } from './nearest.ts';

export interface Hit {
  readonly key: string;
  readonly distance: number;
  readonly metadata: Metadata;
}

/** Vectors in the first allocation. */
const firstCapacity = 256;

/** The vectors of one index in memory, one after the other, as a query reads them. */
export class MemoryIndex {
  readonly #dimension: number;
  readonly #metric: Metric;
  readonly #slots = new Map<string, number>();
  readonly #keys: string[] = [];
  readonly #metadata: Metadata[] = [];
  #values: Float32Array;

  constructor(dimension: number, metric: Metric) {
    this.#dimension = dimension;
    this.#metric = metric;
    this.#values = new Float32Array(firstCapacity * dimension);
  }

  put(key: string, vector: Float32Array, metadata: Metadata): void {
    const slot = this.#slots.get(key) ?? this.#keys.length;
    this.#makeRoom(slot);
    this.#slots.set(key, slot);
    this.#keys[slot] = key;
    this.#metadata[slot] = metadata;
    this.#values.set(prepared(vector, this.#metric), slot * this.#dimension);
  }

  /** The last vector moves to the place of the deleted one. */
  delete(key: string): void {
    const slot = this.#slots.get(key);
    if (slot === undefined) return;
    const lastKey = this.#keys.pop() ?? key;
    const lastMetadata = this.#metadata.pop() ?? {};
    this.#slots.delete(key);
    if (lastKey === key) return;
    const last = this.#keys.length * this.#dimension;
    this.#values.copyWithin(slot * this.#dimension, last, last + this.#dimension);
    this.#slots.set(lastKey, slot);
    this.#keys[slot] = lastKey;
    this.#metadata[slot] = lastMetadata;
  }

  /** The nearest vectors that pass the filter, nearest first; of equally near ones the lesser key. Exact. */
  query(vector: Float32Array, topK: number, filter: Filter | undefined): Hit[] {
    const query = prepared(vector, this.#metric);
    const distance = distances[this.#metric];
    const nearest = new Nearest(topK, (a, b) => this.#compare(a, b));
    let { bound } = nearest;
    for (let slot = 0; slot < this.#keys.length; slot++) {
      const candidate = distance(this.#values, slot * this.#dimension, query);
      if (candidate > bound) continue;
      if (filter && !filter(this.#metadata[slot] ?? {})) continue;
      nearest.offer({ slot, distance: candidate });
      bound = nearest.bound;
    }
    return nearest.sorted().map(({ slot, distance: far }) => ({
      key: this.#keys[slot] ?? '',
      distance: far,
      metadata: this.#metadata[slot] ?? {},
    }));
  }

  #compare(a: Candidate, b: Candidate): number {
    return a.distance - b.distance || ((this.#keys[a.slot] ?? '') < (this.#keys[b.slot] ?? '') ? -1 : 1);
  }

  #makeRoom(slot: number): void {
    if ((slot + 1) * this.#dimension <= this.#values.length) return;
    const larger = new Float32Array(this.#values.length * 2);
    larger.set(this.#values);
    this.#values = larger;
  }
}
