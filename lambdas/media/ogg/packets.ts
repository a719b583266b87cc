import type { OggPage } from './page.ts';

/** Bytes of a packet that are held, at most: more than any packet of sound, and less than the largest pictures of a comment. */
const maxPacketBytes = 4 * 1024 * 1024;

/** Puts the packets of one stream together from its pages (RFC 3533 §5). */
export class PacketReader {
  #pieces: Uint8Array[] = [];
  #bytes = 0;
  /** The packet at hand began before the first page that was read, or on a page that is missing. */
  #isPartial = false;
  #sequence: number | undefined;

  /** The packets that end on a page; an empty one for one that is larger than any packet of sound. */
  read(page: OggPage): Uint8Array[] {
    const isNext = this.#sequence === undefined || page.sequence === this.#sequence + 1;
    this.#sequence = page.sequence;
    const goesOn = page.isContinued && isNext && this.#bytes > 0;
    if (!goesOn) {
      this.#drop();
      this.#isPartial = page.isContinued;
    }
    const packets: Uint8Array[] = [];
    let from = 0;
    let to = 0;
    for (const length of page.segments) {
      to += length;
      if (length === 255) continue;
      this.#add(page.body.subarray(from, to));
      if (!this.#isPartial)
        packets.push(this.#bytes > maxPacketBytes ? new Uint8Array(0) : Buffer.concat(this.#pieces));
      this.#drop();
      this.#isPartial = false;
      from = to;
    }
    // The bytes of a page are valid until the next one is read.
    if (to > from) this.#add(page.body.slice(from, to));
    return packets;
  }

  #add(piece: Uint8Array): void {
    this.#bytes += piece.length;
    if (this.#bytes <= maxPacketBytes) this.#pieces.push(piece);
    else this.#pieces = [];
  }

  #drop(): void {
    this.#pieces = [];
    this.#bytes = 0;
  }
}
