import type { ContentObjects } from '../../content/objects.ts';
import { objectBytes } from './object-bytes.ts';

/** An object read by ranges, which remembers what S3 failed with: that is no fault of the file. */
export class WatchedObject {
  readonly size: number;
  readonly #objects: ContentObjects;
  readonly #key: string;
  #lost: { readonly error: unknown } | undefined;

  /** @param size bytes of the object */
  constructor(objects: ContentObjects, key: string, size: number) {
    this.#objects = objects;
    this.#key = key;
    this.size = size;
  }

  /** What reading the object failed with, where it did. */
  get lost(): { readonly error: unknown } | undefined {
    return this.#lost;
  }

  /** Bytes from `from` up to, not including, `to`, or the object's end. */
  async range(from: number, to: number): Promise<Uint8Array> {
    const end = Math.min(to, this.size);
    if (from >= end) return new Uint8Array(0);
    try {
      const bytes = await this.#objects.range(this.#key, from, end);
      if (bytes.length !== end - from) {
        throw new Error(`Of ${end - from} bytes of ${this.#key} at ${from}, ${bytes.length} came`);
      }
      return bytes;
    } catch (error) {
      this.#lost = { error };
      throw error;
    }
  }

  /** The bytes from a place on, piece by piece. */
  pieces(from: number): AsyncGenerator<Uint8Array> {
    return objectBytes({ range: (_, start, end) => this.range(start, end) }, this.#key, this.size, from);
  }
}
