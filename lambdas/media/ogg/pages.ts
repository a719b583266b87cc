import { ByteReader } from '../decoding/byte-reader.ts';
import type { ObjectReader } from '../decoding/object-reader.ts';
import { unreadable } from '../decoding/unreadable.ts';
import { headBytes, maxPageBytes, type OggPage, pageLength, parsePage } from './page.ts';

/** Bytes that hold at least one whole page, wherever they begin in an intact file. */
const windowBytes = 2 * maxPageBytes;
/** Bytes checked for pages that are none, at most: a share of those read, and some more. Real pages do not overlap. */
const maxWaste = { share: 4, bytes: 1024 * 1024 } as const;

/** The bytes of a file, whose last window is held: pages that follow each other are read once. */
export class PageReader {
  readonly object: ObjectReader;
  #from = 0;
  #held: Uint8Array = new Uint8Array(0);
  #checked = 0;
  #wasted = 0;

  constructor(object: ObjectReader) {
    this.object = object;
  }

  /** The first intact page that begins in a window after an offset, and before an end. */
  async next(from: number, end: number): Promise<OggPage | undefined> {
    const bytes = await this.#window(from);
    for (let at = indexOfPage(bytes, 0); at >= 0 && from + at < end; at = indexOfPage(bytes, at + 1)) {
      const page = this.check(bytes, at, from);
      if (page) return page;
    }
    return undefined;
  }

  /** The page at an offset of some bytes, if it is intact. */
  check(bytes: Uint8Array, at: number, position: number): OggPage | undefined {
    this.object.look();
    const length = pageLength(bytes, at);
    if (length === undefined) return undefined;
    const page = parsePage(bytes, at, length, position);
    if (page) this.#checked += length;
    else this.#wasted += length;
    if (this.#wasted > maxWaste.share * this.#checked + maxWaste.bytes) {
      throw unreadable('its pages overlap or are damaged. Check that it plays, and convert it again.');
    }
    return page;
  }

  /** The bytes from an offset on, the first of them those held if they are. */
  async *pieces(from: number): AsyncGenerator<Uint8Array> {
    const first = await this.#window(from);
    if (first.length > 0) yield first;
    yield* this.object.pieces(from + first.length);
  }

  async #window(from: number): Promise<Uint8Array> {
    const end = Math.min(from + windowBytes, this.object.size);
    if (from < this.#from || end > this.#from + this.#held.length) {
      this.#held = await this.object.range(from, from + 2 * windowBytes);
      this.#from = from;
    }
    return this.#held.subarray(from - this.#from, end - this.#from);
  }
}

/** The intact pages that begin from an offset on and before an end. The bytes of a page are valid until the next one is read. */
export async function* pagesFrom(reader: PageReader, from: number, end: number): AsyncGenerator<OggPage> {
  const ahead = new ByteReader(reader.pieces(from), from);
  for (;;) {
    const bytes = await ahead.peek(maxPageBytes);
    if (bytes.length < headBytes || ahead.position >= end) return;
    const page = reader.check(bytes, 0, ahead.position);
    if (page) yield page;
    const next = page ? page.bytes : indexOfPage(bytes, 1);
    // A mark may begin with the last bytes.
    ahead.advance(next >= 0 ? next : Math.max(1, bytes.length - 3));
  }
}

const indexOfPage = (bytes: Uint8Array, from: number) =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).indexOf('OggS', from);
