/** A page of Ogg (RFC 3533 §6). */
export interface OggPage {
  /** Offset in the file, and bytes of the whole page. */
  readonly at: number;
  readonly bytes: number;
  /** It begins in the middle of a packet. */
  readonly isContinued: boolean;
  /** The first page of a stream, or the last. */
  readonly isFirst: boolean;
  readonly isLast: boolean;
  /** Where the last packet that ends on it ends, in units of the codec; undefined where none does. */
  readonly granule: number | undefined;
  /** Number of its stream. */
  readonly serial: number;
  /** Number of the page in its stream. */
  readonly sequence: number;
  /** Lengths of the segments; one of 255 bytes is continued by the next. */
  readonly segments: Uint8Array;
  readonly body: Uint8Array;
}

/** Bytes of a page's header without its segments' lengths, and of a whole page at most. */
export const headBytes = 27;
export const maxPageBytes = headBytes + 255 + 255 * 255;

const mark = 0x4f67_6753;
const flags = { continued: 1, first: 2, last: 4 } as const;
const offsetOf = {
  version: 4,
  flags: 5,
  granule: 6,
  serial: 14,
  sequence: 18,
  checksum: 22,
  count: 26,
} as const;

/** Bytes that the page at an offset has, by its header; undefined where there is none, or not all of its header. */
export function pageLength(bytes: Uint8Array, at: number): number | undefined {
  if (bytes.length < at + headBytes) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, headBytes);
  if (view.getUint32(0) !== mark || view.getUint8(offsetOf.version) !== 0) return undefined;
  const segments = bytes.subarray(at + headBytes, at + headBytes + view.getUint8(offsetOf.count));
  return segments.reduce((sum, length) => sum + length, headBytes + view.getUint8(offsetOf.count));
}

/**
 * The page at an offset of some bytes.
 * @param length by {@link pageLength}
 * @param position offset of the bytes in the file
 * @returns undefined when it is cut short, or its checksum is another
 */
export function parsePage(
  bytes: Uint8Array,
  at: number,
  length: number,
  position: number,
): OggPage | undefined {
  if (at + length > bytes.length) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, length);
  if (checksum(bytes, at, at + length) !== view.getUint32(offsetOf.checksum, true)) return undefined;
  const kind = view.getUint8(offsetOf.flags);
  const granule = view.getBigInt64(offsetOf.granule, true);
  const bodyAt = at + headBytes + view.getUint8(offsetOf.count);
  return {
    at: position + at,
    bytes: length,
    isContinued: (kind & flags.continued) !== 0,
    isFirst: (kind & flags.first) !== 0,
    isLast: (kind & flags.last) !== 0,
    granule: granule < 0n ? undefined : Number(granule),
    serial: view.getUint32(offsetOf.serial, true),
    sequence: view.getUint32(offsetOf.sequence, true),
    segments: bytes.subarray(at + headBytes, bodyAt),
    body: bytes.subarray(bodyAt, at + length),
  };
}

const polynomial = 0x04c1_1db7;
const remainders = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte << 24;
  for (let bit = 0; bit < 8; bit += 1) rest = rest < 0 ? (rest << 1) ^ polynomial : rest << 1;
  return rest >>> 0;
});

/** The checksum of a page, computed as if the field that holds it were zero. */
export function checksum(bytes: Uint8Array, from: number, to: number): number {
  let rest = 0;
  const field = from + offsetOf.checksum;
  for (let at = from; at < to; at += 1) {
    const byte = at >= field && at < field + 4 ? 0 : (bytes[at] ?? 0);
    rest = (rest << 8) ^ (remainders[((rest >>> 24) ^ byte) & 0xff] ?? 0);
  }
  return rest >>> 0;
}
