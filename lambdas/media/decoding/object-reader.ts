import type { ContentObjects } from '../../content/objects.ts';
import { unlimited, type WorkBudget } from '../../runtime/work-budget.ts';

/** Bytes fetched at once. */
const pieceBytes = 512 * 1024;

/**
 * The bytes of an object, fetched in pieces on demand. A reader may take minutes between two pieces: no connection
 * stays open meanwhile, and the SDK fetches a failed piece again.
 * @param bytes size of the object
 * @param start offset of the first byte
 */
export async function* objectBytes(
  objects: Pick<ContentObjects, 'range'>,
  key: string,
  bytes: number,
  start = 0,
): AsyncGenerator<Uint8Array> {
  for (let from = start; from < bytes; from += pieceBytes) {
    yield await objects.range(key, from, Math.min(bytes, from + pieceBytes));
  }
}

/**
 * Reads ranges of an object within a budget of time. It remembers a failure of S3 and the end of the budget, so that neither is mistaken for
 * another fault of the file.
 */
export class ObjectReader {
  readonly size: number;
  readonly #objects: Pick<ContentObjects, 'range'>;
  readonly #key: string;
  readonly #budget: WorkBudget;
  #failure: { readonly error: unknown } | undefined;

  /** @param size bytes of the object */
  constructor(
    objects: Pick<ContentObjects, 'range'>,
    key: string,
    size: number,
    budget: WorkBudget = unlimited,
  ) {
    this.#objects = objects;
    this.#key = key;
    this.#budget = budget;
    this.size = size;
  }

  /** The last error of S3 or of the budget, if there was one. */
  get failure(): { readonly error: unknown } | undefined {
    return this.#failure;
  }

  /**
   * Looks at the budget. Each range does too; work that may go on for long within a range looks for itself.
   * @throws the budget's error when the time is over
   */
  look(): void {
    try {
      this.#budget();
    } catch (error) {
      this.#failure = { error };
      throw error;
    }
  }

  /** Bytes from `from` up to, not including, `to`, or the object's end. */
  async range(from: number, to: number): Promise<Uint8Array> {
    const end = Math.min(to, this.size);
    if (from >= end) return new Uint8Array(0);
    this.look();
    try {
      const bytes = await this.#objects.range(this.#key, from, end);
      if (bytes.length !== end - from) {
        throw new Error(
          `S3 returned ${bytes.length} of the ${end - from} bytes at offset ${from} of ${this.#key}`,
        );
      }
      return bytes;
    } catch (error) {
      this.#failure = { error };
      throw error;
    }
  }

  /** The bytes from an offset to the end, in pieces. */
  pieces(from: number): AsyncGenerator<Uint8Array> {
    return objectBytes({ range: (_, start, end) => this.range(start, end) }, this.#key, this.size, from);
  }
}
