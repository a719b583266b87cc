import { setTimeout } from 'node:timers/promises';
import type { StreamId } from '@nova/shared/events/index';
import { DomainError, notFound } from '../domain/errors.ts';
import { headKey, isLive } from '../domain/projections/projection.ts';
import type { EventStore } from '../event-store/store.ts';
import type { ReadModel, VersionedRow } from './rows.ts';

/** Pauses between reads of the projector's row, milliseconds: short at first, three seconds in all. */
export const pausesMs = [20, 40, 80, 160, 200, ...Array<number>(10).fill(250)];

/**
 * The head row of a stream, not older than the stream is now: an item that a caller has just created is never "not
 * found". The data comes from the read model alone; the store only returns the version. A row that stays behind is
 * returned as it is.
 * @returns undefined when the stream has no events
 * @throws DomainError `not-yet-visible` when it has events and still no row
 */
export async function caughtUpRow<Row extends object>(
  rows: Pick<ReadModel, 'get'>,
  store: Pick<EventStore, 'version'>,
  stream: StreamId,
  pause: (ms: number) => Promise<unknown> = setTimeout,
): Promise<VersionedRow<Row> | undefined> {
  const look = () => rows.get<Row>(headKey(stream));
  const [version, first] = await Promise.all([store.version(stream), look()]);
  let row = first;
  for (const ms of pausesMs) {
    if ((row?.version ?? 0) >= version) break;
    await pause(ms);
    row = await look();
  }
  if (version > 0 && !row) {
    const detail = `This ${stream.aggregate} is recorded and not visible yet; try again in a moment.`;
    throw new DomainError('not-yet-visible', detail, { retryAfterSeconds: 1 });
  }
  return row;
}

/**
 * The {@link caughtUpRow} of an item that exists.
 * @throws DomainError `not-found` when there is none, or no longer; `not-yet-visible`
 */
export async function existingRow<Row extends { readonly status: string }>(
  rows: Pick<ReadModel, 'get'>,
  store: Pick<EventStore, 'version'>,
  stream: StreamId & { readonly aggregate: 'content' | 'job' | 'session' },
): Promise<Exclude<Row, { readonly status: 'deleted' }>> {
  const row = (await caughtUpRow<Row>(rows, store, stream))?.row;
  if (!isLive(row)) throw notFound(stream.aggregate, stream.id);
  return row;
}
