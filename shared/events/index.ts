import * as z from 'zod';
import { limits } from '../limits.ts';
import { contentEvents } from './content.ts';
import { aggregates, type EventMetadata } from './envelope.ts';
import { jobEvents } from './job.ts';
import { sessionEvents } from './session.ts';
import { usageEvents } from './usage.ts';

/** Every event type, once: the store's schema, the projector's input, the rules' patterns. */
export const events = { ...contentEvents, ...jobEvents, ...sessionEvents, ...usageEvents } as const;

export type EventName = keyof typeof events;
export const eventNames = Object.keys(events) as [EventName, ...EventName[]];

/** A domain event: what happened, as the domain sees it. */
export type DomainEvent<N extends EventName = EventName> = {
  [K in N]: { readonly type: K; readonly data: z.infer<(typeof events)[K]['data']> };
}[N];

export type ContentEvent = DomainEvent<keyof typeof contentEvents>;
export type JobEvent = DomainEvent<keyof typeof jobEvents>;
export type SessionEvent = DomainEvent<keyof typeof sessionEvents>;

/** A domain event as the store keeps it. */
export type RecordedEvent<N extends EventName = EventName> = DomainEvent<N> & {
  readonly schemaVersion: number;
  /** ISO 8601, UTC. */
  readonly occurredAt: string;
  readonly metadata: EventMetadata;
};

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

/** A recorded event with its place in its stream; versions count from 1. */
export type StreamEvent<N extends EventName = EventName> = RecordedEvent<N> & {
  readonly stream: StreamId;
  readonly version: number;
};

/**
 * `detail` of a domain event on the bus. `id` is stable, `<tenant>#<aggregate>#<id>@<version>`: a consumer that has
 * seen it may drop a repeat.
 */
export type PublishedEvent<N extends EventName = EventName> = StreamEvent<N> & { readonly id: string };

/** `source` of every domain event on the bus. */
export const eventSource = 'nova';

export { type Aggregate, aggregates, EventMetadata, type EventType, erasedText } from './envelope.ts';
export { JobTask } from './job.ts';
