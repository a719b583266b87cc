import * as z from 'zod';
import { TokenUsage } from '../api/common.ts';
import { usageSources } from '../vocabulary.ts';
import type { EventType } from './envelope.ts';

/** Tokens that one API key used in one UTC day; the stream's id is the day, `2026-11-23`. */
export const usageEvents = {
  TokensUsed: {
    aggregate: 'usage',
    schemaVersion: 1,
    data: TokenUsage.extend({
      source: z.enum(usageSources),
      model: z.string(),
      /** The job or turn that used them. */
      reference: z.string(),
    }),
  },
} as const satisfies Record<string, EventType<'usage'>>;
