/** Types of segments that begin with a width and a height: the page, and its regions. Source: ITU-T T.88 §7.3. */
const sized = new Set([4, 6, 7, 20, 22, 23, 36, 38, 39, 40, 42, 43, 48]);
/** A length, or the height of a page in strips, that is not known before its end (§7.2.7, §7.4.8.2). */
const unknown = 0xffff_ffff;

/** Bytes of the number of a segment that another one refers to. Source: ITU-T T.88 §7.2.5. */
const bytesOfReference = (segment: number) => (segment <= 256 ? 1 : segment <= 65_536 ? 2 : 4);

/** The longest side, in pixels, of the page and of the regions that a JBIG2 stream makes: PDF.js reserves memory for each. */
export function longestSide(stream: Buffer): number {
  let [longest, at] = [0, 0];
  try {
    while (at < stream.length) {
      const number = stream.readUInt32BE(at);
      const flags = stream.readUInt8(at + 4);
      let count = stream.readUInt8(at + 5) >> 5;
      let data = at + 6;
      if (count === 7) {
        count = stream.readUInt32BE(at + 5) & 0x1fff_ffff;
        data = at + 9 + Math.ceil((count + 1) / 8);
      }
      data += count * bytesOfReference(number) + ((flags & 0x40) === 0 ? 1 : 4);
      const length = stream.readUInt32BE(data);
      data += 4;
      if (sized.has(flags & 0x3f)) {
        const sides = [stream.readUInt32BE(data), stream.readUInt32BE(data + 4)];
        longest = Math.max(longest, ...sides.filter((side) => side !== unknown));
      }
      if (length === unknown) break;
      at = data + length;
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    // PDF.js reads no further either.
  }
  return longest;
}
