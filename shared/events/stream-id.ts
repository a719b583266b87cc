import * as z from 'zod';
import { limits } from '../limits.ts';

/** What a stream is a history of. */
export const aggregates = ['content', 'job', 'session', 'usage'] as const;
export type Aggregate = (typeof aggregates)[number];

/** Part of a stream's name. Keys and event ids are made of these, so none may hold what separates them. */
const StreamName = z
  .string()
  .min(1)
  .max(limits.streamNameChars)
  .regex(
    /^[^#@\p{Cc}\p{Cs}]*$/u,
    'must hold no #, no @, no control character and no half of a surrogate pair',
  );

export const StreamId = z.object({ tenant: StreamName, aggregate: z.enum(aggregates), id: StreamName });
export type StreamId = z.infer<typeof StreamId>;
