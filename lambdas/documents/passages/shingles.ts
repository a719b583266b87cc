/** Characters of a shingle: long enough that two texts share few by chance (Leskovec, Rajaraman, Ullman, "Mining of Massive Datasets", 3.2.2). */
export const shingleChars = 9;

/**
 * Hashes of the pieces of a text, of nine characters each, at every place in it; each once, in rising order.
 * @param text without spaces
 */
export function shinglesOf(text: string): Uint32Array {
  const hashes = new Set<number>();
  for (let at = 0; at + shingleChars <= text.length; at += 1) {
    // FNV-1a by UTF-16 units, and mixed, so that the smallest hashes are as good as chosen by chance.
    let hash = 0x811c9dc5;
    for (let next = at; next < at + shingleChars; next += 1) {
      hash = Math.imul(hash ^ text.charCodeAt(next), 0x01000193);
    }
    hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
    hashes.add((hash ^ (hash >>> 13)) >>> 0);
  }
  return Uint32Array.from(hashes).sort();
}

/** Share of the shingles of two texts that both have (Jaccard similarity). */
export function similarityOf(one: Uint32Array, other: Uint32Array): number {
  let [at, common] = [0, 0];
  for (const hash of one) {
    while (at < other.length && (other[at] ?? 0) < hash) at += 1;
    if (other[at] === hash) common += 1;
  }
  const all = one.length + other.length - common;
  return all === 0 ? 0 : common / all;
}
