/** Versions held at most; about 100 bytes each. */
const capacity = 10_000;

/** Versions at which this process has seen streams end: a stream never gets shorter, so it still reaches them. */
export class SeenVersions {
  readonly #seen = new Set<string>();

  /** @param stream key of a stream */
  add(stream: string, version: number): void {
    const place = `${stream}@${version}`;
    this.#seen.delete(place);
    this.#seen.add(place);
    const [oldest] = this.#seen;
    if (this.#seen.size > capacity && oldest !== undefined) this.#seen.delete(oldest);
  }

  has(stream: string, version: number): boolean {
    return version === 0 || this.#seen.has(`${stream}@${version}`);
  }
}
