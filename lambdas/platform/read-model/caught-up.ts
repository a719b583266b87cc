import { setTimeout as sleep } from 'node:timers/promises';
import type { StreamId } from '@nova/shared/events/index';
import { headKey } from '../../domain/projections/projection.ts';
import type { EventStore } from '../events/store.ts';
import type { ReadModel, VersionedRow } from './rows.ts';

/** Longest wait for the projector, milliseconds; after it the row is answered as it stands. */
const patienceMs = 3000;
const intervalMs = 40;

/**
 * The head row of a stream, not older than what is on record now: what a caller was told a moment ago is never answered
 * with "not found". The data comes from the read model alone; of the store only the version is asked.
 * @returns undefined when the stream has no events
 */
export async function caughtUpRow<Row extends object>(
  rows: ReadModel,
  store: EventStore,
  stream: StreamId,
): Promise<VersionedRow<Row> | undefined> {
  const [version, first] = await Promise.all([store.version(stream), rows.get<Row>(headKey(stream))]);
  const deadline = Date.now() + patienceMs;
  let row = first;
  while ((row?.version ?? 0) < version && Date.now() < deadline) {
    await sleep(intervalMs);
    row = await rows.get<Row>(headKey(stream));
  }
  return row;
}
