import type { WatchedObject } from './object-reader.ts';

const headerBytes = 10;
/** Tags one after the other, at most; one is usual. */
const tagsMost = 8;

/** Place after the ID3v2 tags that a file begins with (id3.org, ID3v2.4.0 §3.1). They may hold pictures: only headers are read. */
export async function afterTags(object: WatchedObject): Promise<number> {
  let at = 0;
  for (let tag = 0; tag < tagsMost; tag += 1) {
    const header = await object.range(at, at + headerBytes);
    if (header.length < headerBytes || Buffer.from(header.subarray(0, 3)).toString('latin1') !== 'ID3') break;
    const size = header.subarray(6).reduce((sum, byte) => sum * 128 + (byte & 0x7f), 0);
    const hasFooter = ((header[5] ?? 0) & 0x10) !== 0;
    at += headerBytes + size + (hasFooter ? headerBytes : 0);
  }
  return at;
}
