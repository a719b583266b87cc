import type { StreamEvent } from '@nova/shared/events/index';
import { eventId } from '@nova/shared/tables';
import type { DetailRow, Projection, RowPartition } from './projection.ts';

/** The rows of a stream after some of its events. */
export interface StreamRows {
  /** Absent before the first event. */
  readonly head?: object | undefined;
  /** Of the last event. */
  readonly version: number;
  /** Detail rows that the events create and do not erase. */
  readonly details: readonly DetailRow[];
  readonly erased: readonly RowPartition[];
}

export const noRows: StreamRows = { version: 0, details: [], erased: [] };

/**
 * Folds more events of a stream into its rows.
 * @throws ProjectionError that names the event that the projection cannot process
 */
export function foldRows(
  projection: Projection,
  events: readonly StreamEvent[],
  from: StreamRows = noRows,
): StreamRows {
  let { head, version } = from;
  let details = [...from.details];
  const erased = [...from.erased];
  for (const event of events) {
    try {
      const gone = projection.erases?.(event);
      if (gone) {
        details = details.filter(({ key }) => !isIn(gone, key));
        erased.push(gone);
      }
      details.push(...(projection.details?.(event) ?? []));
      head = projection.evolve(head, event);
    } catch (error) {
      throw new ProjectionError(event, { cause: error });
    }
    version = event.version;
  }
  return { head, version, details, erased };
}

const isIn = (partition: RowPartition, key: RowPartition) =>
  partition.tenant === key.tenant && partition.collection === key.collection && partition.of === key.of;

/** A projection cannot process an event. It is pure, so only a corrected build helps, not a retry. */
export class ProjectionError extends Error {
  override readonly name = 'ProjectionError';
  /** Of the event. */
  readonly version: number;

  constructor({ stream, version, type }: StreamEvent, options: ErrorOptions) {
    super(`${eventId(stream, version)} (${type}) cannot be projected: ${String(options.cause)}`, options);
    this.version = version;
  }
}
