import * as z from 'zod';
import { CorrelationId } from '../ids.ts';
import type { Personal } from './personal.ts';
import type { Aggregate } from './stream-id.ts';

/** Converts the data of an event from one schema version to the next. Pure. */
export type Upcast = (data: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>;

/** An event type: its aggregate, its current schema version, and the schema of that version. */
export interface EventType<A extends Aggregate = Aggregate, S extends z.ZodType = z.ZodType> {
  readonly aggregate: A;
  readonly schemaVersion: number;
  readonly data: S;
  /** The conversion from each older version to the next: stored events are never rewritten, but read in the current version. */
  readonly upcasts?: Readonly<Record<number, Upcast>>;
  readonly personal?: Personal;
}

/** Where an event came from. */
export const EventMetadata = z.object({
  /** Follows one request through every event, function and log line. */
  correlationId: CorrelationId,
  /** Its cause: an event id (`<stream>@<version>`) or a request id. */
  causationId: z.string(),
  /** `key:<api key id>` or `function:<name>`. */
  actor: z.string(),
});
export type EventMetadata = z.infer<typeof EventMetadata>;

/** Replaces a text that is erased, or that the reader must not see. */
export const erasedText = '[erased]';
