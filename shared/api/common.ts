import * as z from 'zod';
import { limits } from '../limits.ts';

/** Text written by people. JSON allows a lone surrogate, but a table, an address or a model does not accept one. */
export const Text = z
  .string()
  .refine((text) => text.isWellFormed(), 'must be valid Unicode text; it contains a lone surrogate');

/** A moment, ISO 8601 in UTC. */
export const Instant = z.iso.datetime();

/** Seconds from the start of a recording. */
export const Seconds = z.number().nonnegative();

/** A model's own estimate, 0 to 1. */
export const Confidence = z.number().min(0).max(1);

/** A whole number from 1 on in a query, where it arrives as text: `0x10` and `1e1` are none. */
export const CountParameter = (most: number, usual: number) =>
  z.preprocess(
    (sent) => (typeof sent !== 'string' || /^\d+$/.test(sent) ? sent : Number.NaN),
    z.coerce.number('must be a whole number').int().min(1).max(most).default(usual),
  );

export const PageSize = CountParameter(limits.pageSizeMax, limits.pageSize);

/** Opaque: the `nextCursor` of the page before. */
export const Cursor = z
  .string()
  .max(2048)
  .regex(/^[A-Za-z0-9_-]+$/)
  .optional();

/** On every page of a list. */
export const NextCursor = z
  .string()
  .optional()
  .describe(
    'Pass as `cursor` to get the next page; absent on the last page. A page of a filtered list may be short, or empty, and still have one',
  );

/** Range of creation times of a list. */
export const CreatedRange = {
  createdAfter: Instant.optional().describe('Created then or later'),
  createdBefore: Instant.optional().describe('Created before then'),
};

/** How far a job is. */
export const Progress = z.object({ percent: z.int().min(0).max(100), stage: z.string() });

export const TokenUsage = z.object({ inputTokens: z.int(), outputTokens: z.int() });
export type TokenUsage = z.infer<typeof TokenUsage>;

/** RFC 9457 problem details. */
export const Problem = z.object({
  type: z.string().describe('Stable name of this kind of problem'),
  title: z.string(),
  status: z.int(),
  detail: z.string().describe('What is wrong, which field causes it, and what to do'),
  correlationId: z.string(),
  resetsAt: Instant.optional().describe('When the used-up allowance resets'),
  errors: z
    .array(z.object({ field: z.string(), message: z.string() }))
    .optional()
    .describe('Each invalid field'),
});
export type Problem = z.infer<typeof Problem>;
