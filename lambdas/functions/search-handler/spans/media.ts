import type { WorkContext } from '../../../jobs/job-run.ts';
import type { EmbeddingInput } from '../../../models/embeddings.ts';
import type { Span } from './spans.ts';

/** What one span's vector is made of, for as long as it is used. */
export type WithSpan = <T>(span: Span, use: (input: EmbeddingInput) => Promise<T>) => Promise<T>;

/** A recording or a video, opened. */
export interface Media {
  /** Seconds. */
  readonly seconds: number;
  /** Spans that are taken out of it at once: what is held of each fits into the function's memory together. */
  readonly atOnce: number;
  /** Reads what one segment's spans need. */
  take(context: WorkContext, segment: number, spans: readonly Span[]): Promise<WithSpan>;
}
