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

/** Streams by what they are a history of. */
export const contentStream = (tenant: string, id: string) => ({ tenant, aggregate: 'content', id }) as const;
export const jobStream = (tenant: string, id: string) => ({ tenant, aggregate: 'job', id }) as const;
export const sessionStream = (tenant: string, id: string) => ({ tenant, aggregate: 'session', id }) as const;
/** @param day UTC, `2026-11-23` */
export const usageStream = (tenant: string, day: string) =>
  ({ tenant, aggregate: 'usage', id: day }) as const;
