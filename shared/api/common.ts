import * as z from 'zod';
import { limits } from '../limits.ts';

/** Text that people write. Half a surrogate pair is valid JSON, but no text that a table, an address or a model takes. */
export const Text = z
  .string()
  .refine((text) => text.isWellFormed(), 'must be Unicode text; it holds half a surrogate pair');

/** A moment, ISO 8601 in UTC. */
export const Instant = z.iso.datetime();

/** Seconds from the start of a recording. */
export const Seconds = z.number().nonnegative();

/** A model's own estimate, 0 to 1. */
export const Confidence = z.number().min(0).max(1);

/** Query parameters arrive as text. */
export const PageSize = z.coerce
  .number('must be a whole number')
  .int()
  .min(1)
  .max(limits.pageSizeMax)
  .default(limits.pageSize);

/** Opaque: what a page's `nextCursor` said. */
export const Cursor = z
  .string()
  .max(2048)
  .regex(/^[A-Za-z0-9_-]+$/)
  .optional();

export const TokenUsage = z.object({ inputTokens: z.int(), outputTokens: z.int() });
export type TokenUsage = z.infer<typeof TokenUsage>;

/** RFC 9457 problem details. */
export const Problem = z.object({
  type: z.string().describe('Stable name of the kind of problem'),
  title: z.string(),
  status: z.int(),
  detail: z.string().describe('What is wrong, which field, and what to do'),
  correlationId: z.string(),
  resetsAt: Instant.optional().describe('When what is used up starts anew'),
  errors: z
    .array(z.object({ field: z.string(), message: z.string() }))
    .optional()
    .describe('Each field that is wrong'),
});
export type Problem = z.infer<typeof Problem>;
