import type { ObjectReader } from '../decoding/object-reader.ts';
import { type Refuse, unreadable } from '../decoding/unreadable.ts';
import { elementAt, elementHeadBytes } from '../signatures/ebml.ts';

/**
 * Bytes and blocks of a cluster, at most: the library holds all of it, with an object for each block. Recorders begin a cluster at least every
 * 65 seconds, because its blocks count their milliseconds in 16 bits (RFC 9559 §10); packets of 2.5 ms on seven tracks are that many blocks.
 */
const maxClusterBytes = 48 * 1024 * 1024;
const maxClusterBlocks = 200_000;
/** Blocks larger than this are too few to matter. */
const smallBlock = 256;

/** The name of a cluster, and those of its blocks (RFC 9559 §5.1.3). */
const clusterName = Buffer.from('1f43b675', 'hex');
const simpleBlock = 0xa3;
const blockGroup = 0xa0;

/** Reads a WebM or Matroska file for the library, searched for what a function cannot hold. */
export class ClusterReader {
  readonly #object: ObjectReader;
  readonly #refuse: Refuse;
  #end = 0;
  #blocks = 0;
  #isCutShort = false;

  /** @param refuse makes the error from a sentence */
  constructor(object: ObjectReader, refuse: Refuse = unreadable) {
    this.#object = object;
    this.#refuse = refuse;
  }

  /** Whether a cluster that was read reaches beyond the end of the file. */
  get isCutShort(): boolean {
    return this.#isCutShort;
  }

  /** @throws DomainError `unsupported-media` for a cluster that is larger than those of any recording */
  async read(from: number, to: number): Promise<Uint8Array> {
    if (to - from > maxClusterBytes) throw this.#refuse(tooLarge);
    const range = await this.#object.range(from, to + elementHeadBytes);
    const length = Math.max(0, Math.min(to, this.#object.size) - from);
    if (from !== this.#end) this.#blocks = 0;
    this.#end = to;
    for (let at = 0; at < length; at += 1) {
      const byte = range[at];
      if (byte === simpleBlock || byte === blockGroup) this.#countBlock(range, at);
      else if (byte === clusterName[0]) this.#beginCluster(range, at, from);
    }
    return range.subarray(0, length);
  }

  #countBlock(range: Uint8Array, at: number): void {
    // A size of one byte, which most small blocks have (RFC 8794 §4.3), is known without a closer look.
    const isSmall = (range[at + 1] ?? 0) > 0x80;
    const { end } = isSmall ? { end: at } : (elementAt(range, at) ?? {});
    if (end === undefined || end - at > smallBlock) return;
    this.#blocks += 1;
    if (this.#blocks > maxClusterBlocks) throw this.#refuse(tooLarge);
  }

  #beginCluster(range: Uint8Array, at: number, from: number): void {
    if (!clusterName.equals(range.subarray(at, at + clusterName.length))) return;
    this.#blocks = 0;
    if ((elementAt(range, at, from)?.end ?? 0) > this.#object.size) this.#isCutShort = true;
  }
}

const tooLarge =
  'its clusters are larger than those of any recording. Check that it plays, and convert it again.';
