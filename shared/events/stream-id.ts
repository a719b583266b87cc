import * as z from 'zod';
import { limits } from '../limits.ts';

/** The kinds of things that have a stream. */
export const aggregates = ['content', 'job', 'session', 'usage'] as const;
export type Aggregate = (typeof aggregates)[number];

/** Part of a stream's name. Keys and event ids join these parts, so none may contain a separator. */
const StreamName = z
  .string()
  .min(1)
  .max(limits.streamNameChars)
  .regex(/^[^#@\p{Cc}\p{Cs}]*$/u, 'must not contain #, @, a control character or a lone surrogate');

export const StreamId = z.object({ tenant: StreamName, aggregate: z.enum(aggregates), id: StreamName });
export type StreamId = z.infer<typeof StreamId>;
