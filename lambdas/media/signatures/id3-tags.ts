import type { ByteSource } from './byte-source.ts';

const headerBytes = 10;
/** Tags in a row, at most; one is usual. */
const maxTags = 8;

/**
 * Offset after the ID3v2 tags at an offset, the start of the file by default (id3.org, ID3v2.4.0 §3.1). Tags may hold pictures, so only
 * their headers are read.
 */
export async function afterId3Tags(source: ByteSource, from = 0): Promise<number> {
  let at = from;
  for (let tag = 0; tag < maxTags; tag += 1) {
    const header = await source.range(at, at + headerBytes);
    const isTag = Buffer.from(header.subarray(0, 3)).toString('latin1') === 'ID3';
    if (header.length < headerBytes || !isTag) break;
    const size = header.subarray(6).reduce((sum, byte) => sum * 128 + (byte & 0x7f), 0);
    const hasFooter = ((header[5] ?? 0) & 0x10) !== 0;
    at += headerBytes + size + (hasFooter ? headerBytes : 0);
  }
  return at;
}
