import type { ContentKind, VectorSource } from './vocabulary.ts';

/** The S3 Vectors index. */
export const vectorIndex = {
  /** Numbers in a vector, as requested from Nova multimodal embeddings. */
  dimension: 1024,
  distanceMetric: 'cosine',
  dataType: 'float32',
  /** Metadata that a query returns but cannot filter by. */
  nonFilterable: ['text'],
} as const;

/** Metadata of a vector. */
export interface VectorMetadata {
  readonly tenant: string;
  readonly contentId: string;
  readonly kind: ContentKind;
  readonly source: VectorSource;
  /** Seconds; absent for documents and images. */
  readonly start?: number;
  readonly end?: number;
  /** The speaker, and the first part of the language tag of the speech. */
  readonly speaker?: string;
  readonly language?: string;
  /** Time at which the item was registered: milliseconds since 1970. */
  readonly createdAt?: number;
  /** The job that wrote the vector. */
  readonly jobId?: string;
  /** The passage itself, so that a hit needs no second lookup. */
  readonly text: string;
}

/** Stable key of a vector: indexing again replaces it, a deletion finds it. */
export const vectorKey = (tenant: string, contentId: string, source: VectorSource, index: number) =>
  `${tenant}/${contentId}/${source}/${index}`;
