import type { Aggregate, StreamEvent, StreamId } from '@nova/shared/events/index';

/**
 * How a stream becomes rows of the read model. Pure: the same events always give the same rows.
 *
 * Each stream has one **head row**, which carries the version it has absorbed, so events are folded into it once and
 * in order. A projection may also write **detail rows**, each made from a single event.
 */
export interface Projection<Row extends object = object> {
  /** Names the rows' collection. */
  readonly collection: Aggregate;
  /** Counts up when the rows change, so that a replay can build the new beside the old. */
  readonly version: number;
  /** The head row after one more event. */
  evolve(row: Row | undefined, event: StreamEvent): Row;
  /** Rows that this event alone decides. */
  details?(event: StreamEvent): readonly DetailRow[];
  /** Where the detail rows are that this event leaves nothing of; no event after it makes another. */
  erases?(event: StreamEvent): RowPartition | undefined;
  /** Whether this event leaves nothing of its stream but a tombstone. */
  leavesTombstone?(event: StreamEvent): boolean;
}

/** Rows that lie together, in the order of their ids: the head rows of a collection, or the detail rows of a stream. */
export interface RowPartition {
  readonly tenant: string;
  readonly collection: Aggregate;
  /** Id of the stream whose detail rows these are; absent for head rows. */
  readonly of?: string;
}

/** Which row, whatever generation of rows it is looked for in. */
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

/** Where the detail rows of a stream are. */
export function detailsOf({ tenant, collection, id }: RowKey): RowPartition {
  return { tenant, collection, of: id };
}

/** A row that remains of something deleted, so that a late repeat of its events cannot bring it back. */
export interface Tombstone {
  readonly status: 'deleted';
}

/** Whether a row stands for something that is there. */
export function isLive<R extends { readonly status: string }>(
  row: R | undefined,
): row is Exclude<R, { readonly status: 'deleted' }> {
  return row !== undefined && row.status !== 'deleted';
}

/**
 * The later of two moments in ISO 8601, UTC. Events of a stream are in order; the clocks of those who wrote them need
 * not be.
 */
export const later = (before: string | undefined, now: string) =>
  before !== undefined && before > now ? before : now;
