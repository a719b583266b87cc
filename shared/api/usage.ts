import * as z from 'zod';
import { usageSources } from '../vocabulary.ts';
import { CountParameter, Instant, TokenUsage } from './common.ts';

export const UsageQuery = z.strictObject({
  days: CountParameter(31, 7).describe('Number of days up to and including today, in UTC'),
});

const SourceUsage = TokenUsage.extend({ source: z.enum(usageSources), estimatedCostUsd: z.number() });

export const UsageDay = TokenUsage.extend({
  day: z.iso.date(),
  estimatedCostUsd: z.number().describe('Cost of the model tokens at list price, in US dollars'),
  sources: z.array(SourceUsage),
});
export type UsageDay = z.infer<typeof UsageDay>;

export const Usage = z.object({
  days: z.array(UsageDay).describe('Newest first; days without usage are left out'),
  budget: z
    .object({
      tokensPerDay: z.int(),
      used: z.int().describe('Input and output tokens used so far in the UTC day, by chats and jobs'),
      left: z.int(),
      resetsAt: Instant,
    })
    .describe(
      'Chat and jobs are refused (429), and running jobs end, once a key has used this many tokens in a UTC day, whatever used them; other calls continue',
    ),
});
export type Usage = z.infer<typeof Usage>;
