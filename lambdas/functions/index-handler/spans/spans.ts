import { limits } from '@nova/shared/limits';
import type { WorkContext } from '../../../jobs/job-run.ts';
import type { EmbeddingInput } from '../../../models/embeddings.ts';

/** A stretch of a recording or video that has one vector. */
export interface Span {
  /** Its number in the file. */
  readonly place: number;
  /** Seconds. */
  readonly start: number;
  readonly end: number;
}

/** A shorter rest at the end belongs to the span before, seconds. */
export const minSeconds = 1;

/** The number of spans of a file. */
export const spanCount = (total: number) =>
  Math.max(1, Math.ceil((total - minSeconds) / limits.mediaSpanSeconds));

/**
 * The spans of one segment.
 * @param from seconds at which a span begins
 * @param total seconds of the file
 */
export function spansFrom(from: number, total: number): Span[] {
  const first = Math.round(from / limits.mediaSpanSeconds);
  const all = spanCount(total);
  const end = Math.min(all, first + limits.mediaSpansPerSegment);
  return Array.from({ length: Math.max(0, end - first) }, (_, index) => {
    const place = first + index;
    const start = place * limits.mediaSpanSeconds;
    return { place, start, end: place === all - 1 ? total : start + limits.mediaSpanSeconds };
  });
}

/** Makes the input of one span's vector, which exists while it is used. */
export type WithSpan = <T>(span: Span, use: (input: EmbeddingInput) => Promise<T>) => Promise<T>;

/** A recording or a video, opened. */
export interface Media {
  /** Seconds. */
  readonly seconds: number;
  /** Spans processed at once: as many as fit into the function's memory together. */
  readonly concurrency: number;
  /** Reads the spans of one segment. */
  take(context: WorkContext, spans: readonly Span[]): Promise<WithSpan>;
}
