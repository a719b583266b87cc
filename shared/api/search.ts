import * as z from 'zod';
import { Id } from '../ids.ts';
import { limits } from '../limits.ts';
import { contentKinds, vectorSources } from '../vocabulary.ts';
import { Instant, Seconds, Text } from './common.ts';
import { DocumentPlace } from './place.ts';

/** The content to search. */
const SearchFilter = z.strictObject({
  kinds: z.array(z.enum(contentKinds)).min(1).optional(),
  sources: z.array(z.enum(vectorSources)).min(1).optional().describe('Sources of the content to search'),
  contentIds: z.array(Id).min(1).max(limits.contentIdsPerChat).optional(),
  languages: z
    .array(z.string().regex(/^[a-z]{2,3}$/, 'must be the first part of a language tag, such as en'))
    .min(1)
    .max(limits.filterValues)
    .optional()
    .describe('Languages of the passage: those spoken, or the one that a document names'),
  speakers: z
    .array(Text.min(1).max(limits.speakerChars))
    .min(1)
    .max(limits.filterValues)
    .optional()
    .describe('Speakers of the passage, by their labels in the transcript'),
  between: z
    .strictObject({ from: Seconds.optional(), to: Seconds.optional() })
    .optional()
    .describe('Range of seconds in the recording that a passage must overlap'),
  created: z
    .strictObject({ after: Instant.optional(), before: Instant.optional() })
    .optional()
    .describe('Range of time in which the content was registered'),
});

export const SearchRequest = z.strictObject({
  query: Text.trim().min(1).max(limits.queryChars).optional().describe('What to find, in words'),
  contentId: Id.optional().describe('Find passages similar to this content item instead'),
  topK: z
    .int()
    .min(1)
    .max(limits.topKMax)
    .optional()
    .describe(`Maximum number of hits; ${limits.topKDefault} when absent`),
  perContent: z
    .int()
    .min(1)
    .max(limits.topKMax)
    .optional()
    .describe('Maximum number of hits in one content item; no maximum when absent'),
  filter: SearchFilter.optional(),
});
export type SearchRequest = z.infer<typeof SearchRequest>;

type ReadonlyLists<T> = {
  readonly [Key in keyof T]: T[Key] extends (infer Item)[] | undefined ? readonly Item[] | undefined : T[Key];
};

/** The scope of a search: the number of hits, and the content to search. */
export interface SearchScope
  extends Pick<SearchRequest, 'topK' | 'perContent'>,
    ReadonlyLists<z.infer<typeof SearchFilter>> {
  /** The id of an item to leave out. */
  readonly except?: string | undefined;
}

/**
 * Exactly one of `query` and `contentId`. It is separate from the schema above because API Gateway validates with JSON
 * Schema, which cannot express this rule with an error that names the field.
 */
export const SearchRequestExactlyOne = SearchRequest.refine(
  (body) => (body.query === undefined) !== (body.contentId === undefined),
  { message: 'give exactly one of query and contentId', path: ['query'] },
);

export const SearchHit = z.object({
  contentId: Id,
  kind: z.enum(contentKinds),
  start: Seconds.nullable().describe(
    'Second at which the passage starts; null where the content has no time',
  ),
  end: Seconds.nullable(),
  ...DocumentPlace.shape,
  speaker: z.string().exactOptional(),
  language: z.string().exactOptional().describe('Language of the passage, where known'),
  text: z.string(),
  score: z.number().describe('Cosine similarity, -1 to 1'),
});
export type SearchHit = z.infer<typeof SearchHit>;

export const SearchResponse = z.object({ results: z.array(SearchHit) });
export type SearchResponse = z.infer<typeof SearchResponse>;

export const IndexQuery = z.strictObject({
  sources: z
    .string()
    .max(100)
    .transform((list) => list.split(','))
    .pipe(z.array(z.enum(vectorSources, `must be a comma-separated list of ${vectorSources.join(', ')}`)))
    .optional()
    .describe(
      'Sources to index, separated by commas: document, image, transcript, scene, or media (the sound and pictures themselves). When absent: every source the item has, and media only if it was indexed before',
    ),
});
