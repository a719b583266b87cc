import type { Input } from 'mediabunny';

/** The part of the library's reader that is wrapped. */
interface SliceReader {
  requestSliceRange(
    start: number,
    least: number,
    most: number,
  ): MaybeLater<{ readonly length: number } | null>;
}
type MaybeLater<T> = T | Promise<T>;

/** Bytes of the longest number in EBML (RFC 8794 §4): the library does not look at the last ones of a stretch. */
const numberBytes = 8;

/**
 * Has searches in a damaged Matroska file end. mediabunny 1.61.0 looks for the next element in stretches, and goes on while the last eight
 * bytes of one are left, which it never passes: it does not return, and nothing else runs. Only this search takes stretches of any length, so
 * one of eight bytes or fewer is its end.
 */
export function withEndingSearches(input: Input): Input {
  let reader: SliceReader | undefined;
  Object.defineProperty(input, '_reader', {
    get: () => reader,
    set(opened: SliceReader) {
      reader = opened;
      const request = opened.requestSliceRange.bind(opened);
      const ended = <T extends { readonly length: number }>(slice: T | null) =>
        slice && slice.length <= numberBytes ? null : slice;
      opened.requestSliceRange = (start, least, most) => {
        const slice = request(start, least, most);
        if (least > 0) return slice;
        return slice instanceof Promise ? slice.then(ended) : ended(slice);
      };
    },
  });
  return input;
}
