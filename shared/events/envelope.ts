import * as z from 'zod';
import { CorrelationId } from '../ids.ts';
import type { Personal } from './personal.ts';
import type { Aggregate } from './stream-id.ts';

/** Data of an event as one version had it, told as the next version tells it. Pure. */
export type Upcast = (data: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>;

/** One event type: the aggregate it belongs to, the version its data has now, and the schema of that version. */
export interface EventType<A extends Aggregate = Aggregate, S extends z.ZodType = z.ZodType> {
  readonly aggregate: A;
  readonly schemaVersion: number;
  readonly data: S;
  /** For each version before, how it becomes the next: stored events are never rewritten, but read as what is current. */
  readonly upcasts?: Readonly<Record<number, Upcast>>;
  readonly personal?: Personal;
}

/** Where an event came from. */
export const EventMetadata = z.object({
  /** Follows one request through every event, function and log line. */
  correlationId: CorrelationId,
  /** What caused it: an event id (`<stream>@<version>`) or a request id. */
  causationId: z.string(),
  /** Who: `key:<api key id>` or `function:<name>`. */
  actor: z.string(),
});
export type EventMetadata = z.infer<typeof EventMetadata>;

/** What is read in place of a text that was erased, or is not to be seen. */
export const erasedText = '[erased]';
