import * as z from 'zod';
import { DocumentPlace } from './api/place.ts';
import { contentKinds, type VectorSource, vectorSources } from './vocabulary.ts';

/** The S3 Vectors index. */
export const vectorIndex = {
  /** Numbers in a vector: the dimension requested of Nova multimodal embeddings. */
  dimension: 1024,
  distanceMetric: 'cosine',
  dataType: 'float32',
  /** Metadata that a query returns but cannot filter by. */
  nonFilterable: ['text'],
} as const;

/** The metadata of a vector. */
export const VectorMetadata = z.object({
  tenant: z.string(),
  contentId: z.string(),
  kind: z.enum(contentKinds),
  source: z.enum(vectorSources),
  /** Seconds; absent where the content has no time. */
  start: z.number().exactOptional(),
  end: z.number().exactOptional(),
  ...DocumentPlace.shape,
  /** The speaker, and the first part of the tag of the language. */
  speaker: z.string().exactOptional(),
  language: z.string().exactOptional(),
  /** When the item was registered: milliseconds since 1970. */
  createdAt: z.number().exactOptional(),
  /** The job that put the vector. */
  jobId: z.string().exactOptional(),
  /** The passage itself, so that a hit needs no second read. */
  text: z.string(),
});
export type VectorMetadata = Readonly<z.infer<typeof VectorMetadata>>;

/** Stable key of a vector: a new index job replaces it, and a deletion finds it. */
export const vectorKey = (tenant: string, contentId: string, source: VectorSource, index: number) =>
  `${tenant}/${contentId}/${source}/${index}`;
