import type { Input } from 'mediabunny';

/** The part of the library's reader that is wrapped. */
interface SliceReader {
  requestSliceRange(start: number, least: number, most: number): MaybeLater<Slice | null>;
}
type MaybeLater<T> = T | Promise<T>;

/** A stretch of the file, in bytes that begin before it. */
interface Slice {
  readonly bytes: Uint8Array;
  /** Places in the file at which the bytes begin, and at which the stretch ends. */
  readonly offset: number;
  readonly end: number;
  readonly length: number;
  readonly constructor: unknown;
}
type SliceClass = new (
  bytes: Uint8Array,
  view: DataView,
  offset: number,
  start: number,
  end: number,
) => Slice;

/** Bytes of the longest number in EBML (RFC 8794 §4): the library does not look at the last ones of a stretch. */
const numberBytes = 8;

/**
 * Has searches in a damaged Matroska file end. mediabunny 1.61.0 looks for the next element in stretches, where two faults keep it from
 * returning, and nothing else runs. It goes on while the last eight bytes of a stretch are left, which it never passes. And it begins at the
 * element that it cannot read, so it finds that one again where only its size is damaged. Only this search takes stretches of any length:
 * one of eight bytes or fewer is its end, and the first byte of one that begins at the last header is hidden.
 */
export function withEndingSearches(input: Input): Input {
  let reader: SliceReader | undefined;
  Object.defineProperty(input, '_reader', {
    get: () => reader,
    set(opened: SliceReader) {
      reader = opened;
      const request = opened.requestSliceRange.bind(opened);
      let header = -1;
      opened.requestSliceRange = (start, least, most) => {
        const slice = request(start, least, most);
        if (least > 0) {
          header = start;
          return slice;
        }
        const isAtHeader = start === header;
        const searched = (found: Slice | null) => {
          if (!found || found.length <= numberBytes) return null;
          return isAtHeader ? withoutFirstByte(found, start) : found;
        };
        return slice instanceof Promise ? slice.then(searched) : searched(slice);
      };
    },
  });
  return input;
}

/** A copy of a stretch that begins with a zero, with which no element begins. */
function withoutFirstByte(found: Slice, start: number): Slice {
  const { bytes, offset, end } = found;
  const copy = bytes.slice(start - offset, end - offset);
  copy[0] = 0;
  return new (found.constructor as SliceClass)(copy, new DataView(copy.buffer), start, start, end);
}
