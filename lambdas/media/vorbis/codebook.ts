import { unreadable } from '../decoding/unreadable.ts';
import { type Bits, bitsOf } from './bits.ts';

/** A codebook (Vorbis I specification §3): codewords of various lengths, each a number, and for some books a vector. */
export interface Codebook {
  readonly dimensions: number;
  /** Two children of each node of the tree: another node, or the complement of an entry. */
  readonly tree: Int32Array;
  /** The vectors of all entries; undefined for a book of numbers only. */
  readonly vectors: Float32Array | undefined;
}

const sync = 0x56_4342;
/** Entries of all books of a stream, and numbers in their vectors, at most. Real ones have a few tens of thousands. */
export class BookRoom {
  #entries = 2 ** 17;
  #numbers = 2 ** 21;

  /** @throws DomainError `unsupported-media` when there is no room for a book */
  take(entries: number, dimensions: number): void {
    this.#entries -= entries;
    this.#numbers -= entries * dimensions;
    if (this.#entries < 0 || this.#numbers < 0) throw contradicts();
  }
}

export const contradicts = () =>
  unreadable('its Vorbis header contradicts itself. Check that it plays, and convert it again.');

export function readCodebook(bits: Bits, room: BookRoom): Codebook {
  if (bits.read(24) !== sync) throw contradicts();
  const dimensions = bits.read(16);
  const entries = bits.read(24);
  if (dimensions === 0 || entries === 0) throw contradicts();
  room.take(entries, dimensions);
  const tree = treeOf(bits.bit() ? orderedLengths(bits, entries) : lengthsOf(bits, entries));
  return { dimensions, tree, vectors: readVectors(bits, dimensions, entries) };
}

/** The number of the next codeword; -1 at the end of the packet. */
export function decodeEntry({ tree }: Codebook, bits: Bits): number {
  let node = 0;
  do {
    node = tree[2 * node + bits.bit()] ?? 0;
    if (bits.isOver) return -1;
  } while (node > 0);
  return node < 0 ? ~node : -1;
}

/** Lengths of codewords in bits; 0 for an entry without one. */
function lengthsOf(bits: Bits, entries: number): Uint8Array {
  const isSparse = bits.bit() === 1;
  const lengths = new Uint8Array(entries);
  for (let entry = 0; entry < entries; entry += 1) {
    if (bits.isOver) throw contradicts();
    if (!isSparse || bits.bit()) lengths[entry] = bits.read(5) + 1;
  }
  return lengths;
}

function orderedLengths(bits: Bits, entries: number): Uint8Array {
  const lengths = new Uint8Array(entries);
  let length = bits.read(5) + 1;
  for (let entry = 0; entry < entries; length += 1) {
    const count = bits.read(bitsOf(entries - entry));
    if (length > 32 || entry + count > entries) throw contradicts();
    lengths.fill(length, entry, entry + count);
    entry += count;
  }
  return lengths;
}

/** The tree of codewords: each gets the lowest that is free, in the order of the entries (§3.2.1). */
function treeOf(lengths: Uint8Array): Int32Array {
  const used = lengths.reduce((count, length) => count + (length > 0 ? 1 : 0), 0);
  // A branch of 32 bits may stand alone.
  const tree: number[] = [0, 0];
  const free = new Float64Array(33);
  for (const [entry, length] of lengths.entries()) {
    if (length === 0) continue;
    const code = free[length] ?? 0;
    if (code >= 2 ** length) throw contradicts();
    insert(tree, code, length, entry);
    takeCode(free, code, length);
  }
  // A book with one entry has a codeword of one bit, whatever the bit is.
  if (used === 1) tree[1] = tree[0] ?? 0;
  return Int32Array.from(tree);
}

function takeCode(free: Float64Array, code: number, length: number): void {
  for (let at = length; at > 0; at -= 1) {
    const value = free[at] ?? 0;
    if (value % 2 === 1) {
      free[at] = at === 1 ? value + 1 : 2 * (free[at - 1] ?? 0);
      break;
    }
    free[at] = value + 1;
  }
  let taken = code;
  for (let at = length + 1; at <= 32; at += 1) {
    const value = free[at] ?? 0;
    if (Math.floor(value / 2) !== taken) break;
    taken = value;
    free[at] = 2 * (free[at - 1] ?? 0);
  }
}

function insert(tree: number[], code: number, length: number, entry: number): void {
  let node = 0;
  for (let left = length - 1; left > 0; left -= 1) {
    const place = 2 * node + (Math.floor(code / 2 ** left) % 2);
    const child = tree[place] ?? 0;
    if (child < 0) throw contradicts();
    if (child > 0) node = child;
    else {
      node = tree.length / 2;
      tree[place] = node;
      tree.push(0, 0);
    }
  }
  tree[2 * node + (code % 2)] = ~entry;
}

/** The vectors of a book, from their numbers (§3.2.1, §3.3). */
function readVectors(bits: Bits, dimensions: number, entries: number): Float32Array | undefined {
  const type = bits.read(4);
  if (type === 0) return undefined;
  if (type > 2) throw contradicts();
  const [least, step] = [floatOf(bits.read(32)), floatOf(bits.read(32))];
  const width = bits.read(4) + 1;
  const isSum = bits.bit() === 1;
  const count = type === 1 ? rootOf(entries, dimensions) : entries * dimensions;
  const numbers = Float64Array.from({ length: count }, () => bits.read(width) * step + least);
  const vectors = new Float32Array(entries * dimensions);
  for (let entry = 0; entry < entries; entry += 1) {
    let [last, divisor] = [0, 1];
    for (let at = 0; at < dimensions; at += 1) {
      const place = type === 1 ? Math.floor(entry / divisor) % count : entry * dimensions + at;
      const value = (numbers[place] ?? 0) + last;
      vectors[entry * dimensions + at] = value;
      if (isSum) last = value;
      divisor *= count;
    }
  }
  return vectors;
}

/** The greatest number whose power is at most as large (§9.2.3). */
function rootOf(value: number, power: number): number {
  const root = Math.floor(value ** (1 / power));
  return (root + 1) ** power <= value ? root + 1 : root ** power > value ? root - 1 : root;
}

/** A number of 32 bits in Vorbis's own coding (§9.2.2). */
const floatOf = (value: number): number =>
  (value >= 2 ** 31 ? -1 : 1) * (value % 2 ** 21) * 2 ** ((Math.floor(value / 2 ** 21) % 2 ** 10) - 788);
