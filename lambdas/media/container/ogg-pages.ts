import type { ObjectReader } from '../decoding/object-reader.ts';
import { unreadable } from '../decoding/unreadable.ts';

/** Bytes of a page's header without its segment table, and of the longest table (RFC 3533 §6). */
const headBytes = 27;
const maxSegments = 255;
/** Times that the pages of a range may cover it, and bytes beyond that, for pages that cross its end. */
const maxCover = 4;
const slackBytes = 1024 * 1024;

/**
 * Bytes of an Ogg file, searched for pages that lie in each other: the library computes the checksum of each page that it finds,
 * so 500 KB of such pages would take half a minute. Pages of a recording follow each other.
 * @throws DomainError `unsupported-media` when there are too many of them
 */
export async function checkedPages(object: ObjectReader, from: number, to: number): Promise<Uint8Array> {
  const range = await object.range(from, to + headBytes + maxSegments);
  const bytes = Buffer.from(range.buffer, range.byteOffset, range.byteLength);
  let covered = 0;
  for (let at = bytes.indexOf('OggS'); at >= 0; at = bytes.indexOf('OggS', at + 4)) {
    const tableAt = at + headBytes;
    const segments = bytes.subarray(tableAt, tableAt + (bytes[tableAt - 1] ?? 0));
    covered += tableAt - at + segments.reduce((sum, length) => sum + 1 + length, 0);
    if (covered > maxCover * bytes.length + slackBytes) {
      throw unreadable('its pages overlap. Check that it plays, and convert it again.');
    }
  }
  return bytes.subarray(0, Math.max(0, Math.min(to, object.size) - from));
}
