import { limits } from '@nova/shared/limits';

/** A stretch of a recording or video that is found as one. */
export interface Span {
  /** Among all spans of the file. */
  readonly place: number;
  /** Seconds. */
  readonly start: number;
  readonly end: number;
}

/** Seconds that are no span of their own: they belong to the one before. */
const leastSeconds = 1;

/** How many spans a file has. */
export const spansIn = (total: number) =>
  Math.max(1, Math.ceil((total - leastSeconds) / limits.mediaSpanSeconds));

/**
 * The spans of one segment.
 * @param from seconds: where a span begins
 * @param total seconds of the file
 */
export function spansFrom(from: number, total: number): Span[] {
  const first = Math.round(from / limits.mediaSpanSeconds);
  const all = spansIn(total);
  const end = Math.min(all, first + limits.mediaSpansPerSegment);
  return Array.from({ length: Math.max(0, end - first) }, (_, index) => {
    const place = first + index;
    const start = place * limits.mediaSpanSeconds;
    return { place, start, end: place === all - 1 ? total : start + limits.mediaSpanSeconds };
  });
}
