import { type StreamEvent, usageStream } from '@nova/shared/events/index';
import { headKey } from '../domain/projections/projection.ts';
import { type UsageRow, usageProjection } from '../domain/projections/usage.ts';
import type { EventStore } from '../event-store/store.ts';
import type { ReadModel, VersionedRow } from '../read-model/rows.ts';

/**
 * What a tenant has used of a UTC day: all that is on record by now, however far the projector is behind.
 * @param day as `usageDay` gives it
 * @returns undefined when nothing is on record
 */
export type DayUsage = (tenant: string, day: string) => Promise<UsageRow | undefined>;

/** Tenants whose newest day a process keeps in mind; about 300 bytes each. */
const capacity = 1000;

/**
 * The row of the day, and what has come to its stream since: one read each, unless much came. Where the projector does
 * not come on, a process reads each event once: it goes on from where it was the last time.
 */
export function dayUsage(rows: Pick<ReadModel, 'get'>, store: Pick<EventStore, 'load' | 'pages'>): DayUsage {
  const seen = new Map<string, VersionedRow<UsageRow>>();
  return async (tenant, day) => {
    const stream = usageStream(tenant, day);
    const row = await rows.get<UsageRow>(headKey(stream));
    const known = newer(row, ofDay(day, seen.get(tenant)));
    const news = known ? [(await store.load(stream, known.version)).events] : store.pages(stream);
    const now = await takeIn(known, news);
    if (!now) return undefined;
    keep(seen, tenant, now);
    return now.row;
  };
}

type Known = VersionedRow<UsageRow> | undefined;

const ofDay = (day: string, known: Known) => (known?.row.day === day ? known : undefined);
const newer = (a: Known, b: Known) => ((a?.version ?? 0) >= (b?.version ?? 0) ? a : b);

/** The projector's own arithmetic, so that both come to the same. */
async function takeIn(
  known: Known,
  pages: Iterable<readonly StreamEvent[]> | AsyncIterable<readonly StreamEvent[]>,
): Promise<Known> {
  let now = known;
  for await (const page of pages) {
    for (const event of page) now = { row: usageProjection.evolve(now?.row, event), version: event.version };
  }
  return now;
}

function keep(seen: Map<string, VersionedRow<UsageRow>>, tenant: string, now: VersionedRow<UsageRow>): void {
  seen.delete(tenant);
  seen.set(tenant, now);
  const [oldest] = seen.keys();
  if (seen.size > capacity && oldest !== undefined) seen.delete(oldest);
}
