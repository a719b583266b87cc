import type * as z from 'zod';
import { contentEvents } from './content.ts';
import type { EventMetadata } from './envelope.ts';
import { jobEvents } from './job.ts';
import { sessionEvents } from './session.ts';
import type { StreamId } from './stream-id.ts';
import { usageEvents } from './usage.ts';

/** Every event type, declared once: the store's schema, the projector's input, the rules' patterns. */
export const events = { ...contentEvents, ...jobEvents, ...sessionEvents, ...usageEvents } as const;

export type EventName = keyof typeof events;
export const eventNames = Object.keys(events) as [EventName, ...EventName[]];

/** A domain event: a fact in the domain's terms. */
export type DomainEvent<N extends EventName = EventName> = {
  [K in N]: { readonly type: K; readonly data: z.infer<(typeof events)[K]['data']> };
}[N];

export type ContentEvent = DomainEvent<keyof typeof contentEvents>;
export type JobEvent = DomainEvent<keyof typeof jobEvents>;
export type SessionEvent = DomainEvent<keyof typeof sessionEvents>;

/** A domain event as stored. */
export type RecordedEvent<N extends EventName = EventName> = DomainEvent<N> & {
  readonly schemaVersion: number;
  /** ISO 8601, UTC. */
  readonly occurredAt: string;
  readonly metadata: EventMetadata;
};

/** A recorded event with its place in its stream; versions count from 1. */
export type StreamEvent<N extends EventName = EventName> = RecordedEvent<N> & {
  readonly stream: StreamId;
  readonly version: number;
};

/**
 * `detail` of a domain event on the bus. `id` is stable, `<tenant>#<aggregate>#<id>@<version>`: a consumer may drop
 * an event whose id it has seen.
 */
export type PublishedEvent<N extends EventName = EventName> = StreamEvent<N> & { readonly id: string };

/** `source` of every domain event on the bus. */
export const eventSource = 'nova';

export { EventMetadata, type EventType, erasedText } from './envelope.ts';
export { JobTask } from './job.ts';
export {
  type Aggregate,
  aggregates,
  contentStream,
  jobStream,
  StreamId,
  sessionStream,
  usageStream,
} from './stream-id.ts';
