import type { Aggregate, StreamEvent, StreamId } from '@nova/shared/events/index';

/**
 * Turns the events of a stream into rows of the read model. Pure: the same events always give the same rows.
 *
 * Each stream has one **head row**, which carries the version it has absorbed, so events are folded into it once and
 * in order. A projection may also write **detail rows**, each made from a single event.
 */
export interface Projection<Row extends object = object> {
  /** Names the collection of the rows. */
  readonly collection: Aggregate;
  /** Raise it when the rows change: a replay then builds the new rows beside the old ones. */
  readonly version: number;
  /** The head row after one more event. */
  evolve(row: Row | undefined, event: StreamEvent): Row;
  /** Detail rows that this event alone creates. */
  details?(event: StreamEvent): readonly DetailRow[];
  /** Partition of the detail rows that this event erases; no later event creates one there. */
  erases?(event: StreamEvent): RowPartition | undefined;
  /** Whether this event leaves only a tombstone of its stream. */
  leavesTombstone?(event: StreamEvent): boolean;
}

/** Rows stored together in the order of their ids: the head rows of a collection, or the detail rows of a stream. */
export interface RowPartition {
  readonly tenant: string;
  readonly collection: Aggregate;
  /** Id of the stream of detail rows; absent for head rows. */
  readonly of?: string;
}

/** A row, independent of the generation that holds it. */
export interface RowKey extends RowPartition {
  readonly id: string;
}

export interface DetailRow {
  readonly key: RowKey;
  readonly row: object;
}

/** Key of a stream's head row. */
export function headKey({ tenant, aggregate, id }: StreamId): RowKey {
  return { tenant, collection: aggregate, id };
}

/** Partition of the detail rows of a stream. */
export function detailsOf({ tenant, collection, id }: RowKey): RowPartition {
  return { tenant, collection, of: id };
}

/** The row that remains after a deletion, so that a late redelivery of earlier events cannot restore the item. */
export interface Tombstone {
  readonly status: 'deleted';
}

/** Whether a row is not a tombstone. */
export function isLive<R extends { readonly status: string }>(
  row: R | undefined,
): row is Exclude<R, { readonly status: 'deleted' }> {
  return row !== undefined && row.status !== 'deleted';
}

/**
 * The later of two moments in ISO 8601, UTC. The events of a stream are in order; the clocks of their writers may
 * disagree.
 */
export const later = (before: string | undefined, now: string) =>
  before !== undefined && before > now ? before : now;
