import { usageStream } from '@nova/shared/events/index';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { headKey } from '../domain/projections/projection.ts';
import { totalTokens, type UsageRow, usageProjection } from '../domain/projections/usage.ts';
import type { EventStore } from '../event-store/store.ts';
import type { ReadModel } from '../read-model/rows.ts';
import { memoryEventStore } from '../testing/memory-event-store.ts';
import { memoryRows } from '../testing/memory-read-model.ts';
import { budgetOf, usageDay } from './budget.ts';
import { type DayUsage, dayUsage } from './day-usage.ts';
import { recordUsage } from './record-usage.ts';

/** The maximum by which a key can exceed its budget, with any concurrency. */

const tenant = 't';
const now = new Date('2026-11-23T12:00:00.000Z');
const stream = usageStream(tenant, usageDay(now));
const metadata = { correlationId: 'c', causationId: 'r', actor: 'key:t' };

/** Updates the row to a version, as the projector does. */
async function project(store: EventStore, rows: ReturnType<typeof memoryRows>, version: number) {
  const { events } = await store.load(stream);
  const projected = events.slice(0, version);
  const row = projected.reduce<UsageRow | undefined>(
    (row, event) => usageProjection.evolve(row, event),
    undefined,
  );
  if (row) await rows.putHead(headKey(stream), row, projected.length);
}

/** Lets the scheduler choose the order of all responses. */
function scheduled(s: fc.Scheduler, store: EventStore, get: ReadModel['get']) {
  const far: EventStore = {
    ...store,
    load: (of, after) => s.schedule(Promise.resolve(), 'load').then(() => store.load(of, after)),
    version: (of) => s.schedule(Promise.resolve(), 'version').then(() => store.version(of)),
    append: (of, at, commit) =>
      s.schedule(Promise.resolve(), 'append').then(() => store.append(of, at, commit)),
    async *pages(of) {
      await s.schedule(Promise.resolve(), 'page');
      yield* store.pages(of);
    },
  };
  const row: ReadModel['get'] = (key) => s.schedule(Promise.resolve(), 'row').then(() => get(key));
  return { far, row };
}

const size = fc.integer({ min: 1, max: 100 });
/** Consecutive turns in one session. */
const sessions = fc.array(fc.array(size, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 5 });
/** The versions that the projector reaches, and when. */
const projections = fc.array(fc.nat({ max: 30 }), { maxLength: 10 });

interface Turn {
  readonly tokens: number;
  /** The recorded usage at the time of the request. */
  readonly before: number;
}

describe('the usage of a key', () => {
  it('exceeds its budget by at most one turn of each session that was in progress when it ran out', async () => {
    const run = fc.asyncProperty(
      fc.scheduler(),
      sessions,
      projections,
      size,
      async (s, all, versions, perDay) => {
        const store = memoryEventStore();
        const rows = memoryRows();
        const { far, row } = scheduled(s, store, rows.get as ReadModel['get']);
        const sandboxes = [dayUsage({ get: row }, far), dayUsage({ get: row }, far)];
        const onRecord = async () =>
          (await store.load(stream)).events.reduce(
            (sum, { data }) => sum + ('inputTokens' in data ? data.inputTokens : 0),
            0,
          );
        const admitted: Turn[] = [];
        const session = async (turns: readonly number[], usedOn: DayUsage) => {
          for (const tokens of turns) {
            const before = await onRecord();
            const used = totalTokens(await usedOn(tenant, usageDay(now)));
            if (budgetOf({ perDay, keys: new Map() }, tenant, used, now).left === 0) continue;
            admitted.push({ tokens, before });
            await s.schedule(Promise.resolve(), 'model');
            const data = {
              source: 'chat',
              model: 'm',
              reference: 'r',
              inputTokens: tokens,
              outputTokens: 0,
            } as const;
            await recordUsage(far, tenant, data, metadata, now);
          }
        };
        const projector = async () => {
          for (const version of versions) {
            await s.schedule(Promise.resolve(), 'projector');
            await project(store, rows, version);
          }
        };

        const work = all.map((turns, n) => session(turns, sandboxes[n % 2] ?? (sandboxes[0] as DayUsage)));
        await s.waitFor(Promise.all([...work, projector()]));

        // Once the budget has run out no request is accepted, and those in progress are one per session.
        expect(admitted.filter(({ before }) => before >= perDay)).toEqual([]);
        const largest = all.map((turns) => Math.max(...turns)).reduce((sum, tokens) => sum + tokens, 0);
        const total = await onRecord();
        expect(total).toBe(admitted.reduce((sum, { tokens }) => sum + tokens, 0));
        expect(total).toBeLessThan(perDay + largest);
      },
    );

    await fc.assert(run, { numRuns: 150 });
  });
});
