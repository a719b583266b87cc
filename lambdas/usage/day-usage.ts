import { type StreamEvent, usageStream } from '@nova/shared/events/index';
import QuickLRU from 'quick-lru';
import { headKey } from '../domain/projections/projection.ts';
import { type UsageRow, usageProjection } from '../domain/projections/usage.ts';
import type { EventStore } from '../event-store/store.ts';
import type { ReadModel, VersionedRow } from '../read-model/rows.ts';

/**
 * The usage of a tenant on a UTC day by all recorded events, however far the projector is behind.
 * @param day as `usageDay` gives it
 * @returns undefined when nothing is recorded
 */
export type DayUsage = (tenant: string, day: string) => Promise<UsageRow | undefined>;

/** Tenants whose newest day a process caches; about 300 bytes each. */
const maxSize = 1000;

/**
 * Reads the row of the day and the events after it: one read each, unless there are many events. While the projector is
 * behind, a process reads each event once: it continues where its last call ended.
 */
export function dayUsage(rows: Pick<ReadModel, 'get'>, store: Pick<EventStore, 'load' | 'pages'>): DayUsage {
  const cache = new QuickLRU<string, VersionedRow<UsageRow>>({ maxSize });
  return async (tenant, day) => {
    const stream = usageStream(tenant, day);
    const row = await rows.get<UsageRow>(headKey(stream));
    const known = newer(row, ofDay(day, cache.get(tenant)));
    const pages = known ? [(await store.load(stream, known.version)).events] : store.pages(stream);
    const now = await fold(known, pages);
    if (!now) return undefined;
    cache.set(tenant, now);
    return now.row;
  };
}

type Known = VersionedRow<UsageRow> | undefined;

const ofDay = (day: string, known: Known) => (known?.row.day === day ? known : undefined);
const newer = (a: Known, b: Known) => ((a?.version ?? 0) >= (b?.version ?? 0) ? a : b);

/** Uses the projector's own fold, so that both give the same result. */
async function fold(
  known: Known,
  pages: Iterable<readonly StreamEvent[]> | AsyncIterable<readonly StreamEvent[]>,
): Promise<Known> {
  let now = known;
  for await (const page of pages) {
    for (const event of page) now = { row: usageProjection.evolve(now?.row, event), version: event.version };
  }
  return now;
}
