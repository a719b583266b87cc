import * as z from 'zod';
import { Id } from '../ids.ts';
import { limits } from '../limits.ts';
import { contentKinds, vectorSources } from '../vocabulary.ts';
import { Instant, Seconds, Text } from './common.ts';

export const SearchRequest = z.strictObject({
  query: Text.trim().min(1).max(limits.queryChars).optional().describe('What to look for, in words'),
  contentId: Id.optional().describe('Look for what resembles this content instead'),
  topK: z
    .int()
    .min(1)
    .max(limits.topKMax)
    .optional()
    .describe(`Hits at most; ${limits.topKDefault} when absent`),
  perContent: z
    .int()
    .min(1)
    .max(limits.topKMax)
    .optional()
    .describe('Hits of one content item at most; as many as there are when absent'),
  filter: z
    .strictObject({
      kinds: z.array(z.enum(contentKinds)).min(1).optional(),
      sources: z.array(z.enum(vectorSources)).min(1).optional().describe('What of the content is searched'),
      contentIds: z.array(Id).min(1).max(limits.contentIdsPerChat).optional(),
      languages: z
        .array(z.string().regex(/^[a-z]{2,3}$/, 'must be the first part of a language tag, such as en'))
        .min(1)
        .max(limits.filterValues)
        .optional()
        .describe('Languages that were spoken'),
      speakers: z
        .array(Text.min(1).max(limits.speakerChars))
        .min(1)
        .max(limits.filterValues)
        .optional()
        .describe('Who spoke, as the transcript names them'),
      between: z
        .strictObject({ from: Seconds.optional(), to: Seconds.optional() })
        .optional()
        .describe('Seconds of the recording that a passage must touch'),
      created: z
        .strictObject({ after: Instant.optional(), before: Instant.optional() })
        .optional()
        .describe('When the content was registered'),
    })
    .optional(),
});
export type SearchRequest = z.infer<typeof SearchRequest>;

/**
 * Exactly one of `query` and `contentId`. Kept apart from the schema above because JSON schema, which API Gateway
 * validates by, has no words for it that would name the field.
 */
export const SearchRequestExactlyOne = SearchRequest.refine(
  (body) => (body.query === undefined) !== (body.contentId === undefined),
  { message: 'give exactly one of query and contentId', path: ['query'] },
);

export const SearchHit = z.object({
  contentId: Id,
  kind: z.enum(contentKinds),
  start: Seconds.nullable().describe('Second where the passage starts; null in a document'),
  end: Seconds.nullable(),
  speaker: z.string().exactOptional(),
  language: z.string().exactOptional().describe('Language of the passage, where it was heard'),
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
    .pipe(z.array(z.enum(vectorSources, `must be some of ${vectorSources.join(', ')}, with commas between`)))
    .optional()
    .describe(
      'What to index, with commas between: document, image, transcript, scene, or media, the sound and pictures themselves. Absent: what there is, and media when it was indexed before',
    ),
});
