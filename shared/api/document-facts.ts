import * as z from 'zod';
import { limits } from '../limits.ts';

/** What a document says about itself, and what could not be read of it or of a picture. */
export const DocumentFacts = z.object({
  title: z.string().exactOptional().describe('Title that the document gives itself'),
  author: z.string().exactOptional(),
  language: z.string().exactOptional().describe('Language tag that the document names, such as ja or en-GB'),
  pages: z.int().min(1).exactOptional().describe('Number of its pages'),
  warnings: z
    .array(z.string())
    .max(limits.documentWarnings)
    .exactOptional()
    .describe('What could not be read, such as a damaged page'),
});
export type DocumentFacts = z.infer<typeof DocumentFacts>;
