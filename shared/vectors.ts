import type { ContentKind, VectorSource } from './vocabulary.ts';

/** The S3 Vectors index. */
export const vectorIndex = {
  /** Numbers in a vector: what Nova multimodal embeddings are asked for. */
  dimension: 1024,
  distanceMetric: 'cosine',
  dataType: 'float32',
  /** Metadata a query returns but cannot filter by. */
  nonFilterable: ['text'],
} as const;

/** What each vector carries beside its numbers. */
export interface VectorMetadata {
  readonly tenant: string;
  readonly contentId: string;
  readonly kind: ContentKind;
  readonly source: VectorSource;
  /** Seconds; absent for documents and images. */
  readonly start?: number;
  readonly end?: number;
  /** Who speaks, and the first part of the language tag of what they say. */
  readonly speaker?: string;
  readonly language?: string;
  /** When the item was registered: milliseconds since 1970. */
  readonly createdAt?: number;
  /** The job that put the vector there. */
  readonly jobId?: string;
  /** The passage itself, so that a hit needs no second look-up. */
  readonly text: string;
}

/** Stable key of a vector: a re-index replaces, a delete finds. */
export const vectorKey = (tenant: string, contentId: string, source: VectorSource, index: number) =>
  `${tenant}/${contentId}/${source}/${index}`;
