import { setTimeout } from 'node:timers/promises';
import type { StreamId } from '@nova/shared/events/index';
import { DomainError } from '../domain/errors.ts';
import { headKey } from '../domain/projections/projection.ts';
import type { EventStore } from '../event-store/store.ts';
import type { ReadModel, VersionedRow } from './rows.ts';

/** Pauses between looks for the projector's row, milliseconds: soon at first, then seldom, three seconds in all. */
export const pausesMs = [20, 40, 80, 160, 200, ...Array<number>(10).fill(250)];

/**
 * The head row of a stream, not older than what is on record now: what a caller was told a moment ago is never answered
 * with "not found". The data comes from the read model alone; of the store only the version is asked. A row that stays
 * behind is answered as it stands.
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
