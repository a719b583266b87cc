import type { Aggregate, StreamEvent, StreamId } from '@nova/shared/events/index';
import { collectionKey } from '@nova/shared/tables';

/**
 * How a stream becomes rows of the read model. Pure: the same events always give the same rows.
 *
 * Each stream has one **head row**, which carries the version it has absorbed, so events are folded into it once and
 * in order. A projection may also write **detail rows**, each made from a single event.
 */
export interface Projection<Row extends object = object> {
  /** Names the rows' collection: `<tenant>#<collection>` is their partition, the stream's id their sort key. */
  readonly collection: Aggregate;
  /** Counts up when the shape of the rows changes, so that a replay can build the new beside the old. */
  readonly version: number;
  /** The head row after one more event. */
  evolve(row: Row | undefined, event: StreamEvent): Row;
  /** Rows that this event alone decides. */
  details?(event: StreamEvent): readonly DetailRow[];
  /** Partition of the detail rows that this event leaves nothing of; no event after it makes another. */
  erases?(event: StreamEvent): string | undefined;
}

export interface RowKey {
  readonly pk: string;
  readonly sk: string;
}

export interface DetailRow {
  readonly key: RowKey;
  readonly row: object;
}

/** Key of a stream's head row. */
export function headKey(stream: StreamId): RowKey {
  return { pk: collectionKey(stream.tenant, stream.aggregate), sk: stream.id };
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
