import { usageStream } from '@nova/shared/events/index';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { headKey } from '../domain/projections/projection.ts';
import { type UsageRow, usageProjection } from '../domain/projections/usage.ts';
import type { ReadModel } from '../read-model/rows.ts';
import { memoryEventStore } from '../testing/memory-event-store.ts';
import { memoryRows } from '../testing/memory-read-model.ts';
import { dayUsage } from './day-usage.ts';
import { recordUsage } from './record-usage.ts';

const [day, nextDay] = ['2026-11-23', '2026-11-24'];
const metadata = { correlationId: 'c', causationId: 'r', actor: 'key:t' };

function prepare() {
  const store = memoryEventStore();
  const rows = memoryRows();
  const stream = usageStream('t', day);
  // Not included in the counts below.
  const read = store.load;
  const load = vi.spyOn(store, 'load');
  const pages = vi.spyOn(store, 'pages');
  return {
    load,
    pages,
    usedOn: dayUsage({ get: rows.get as ReadModel['get'] }, store),
    use: (inputTokens: number, of = day) =>
      recordUsage(
        store,
        't',
        { source: 'chat', model: 'claude-sonnet', reference: 'r', inputTokens, outputTokens: 1 },
        metadata,
        new Date(`${of}T12:00:00Z`),
      ),
    /** The row after the given number of events, as the projector writes it. */
    async project(version: number) {
      const { events } = await read(stream);
      const projected = events.slice(0, version);
      const row = projected.reduce<UsageRow | undefined>(
        (before, event) => usageProjection.evolve(before, event),
        undefined,
      );
      if (row) await rows.putHead(headKey(stream), row, projected.length);
      return row;
    },
  };
}

describe('the usage of a day', () => {
  it('is zero before the first use', async () => {
    expect(await prepare().usedOn('t', day)).toBeUndefined();
  });

  it('equals the result of the projector, at any lag', async () => {
    const uses = fc.array(fc.integer({ min: 1, max: 1e6 }), { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(uses, fc.nat({ max: 12 }), fc.nat({ max: 12 }), async (sizes, first, second) => {
        const { use, project, usedOn } = prepare();
        for (const size of sizes) await use(size);
        await project(first);
        const early = await usedOn('t', day);
        await use(7);
        await project(second);

        const late = await usedOn('t', day);

        const all = await project(sizes.length + 1);
        expect(late).toEqual(all);
        expect(early?.sources.chat?.inputTokens).toBe(sizes.reduce((sum, size) => sum + size, 0));
      }),
    );
  });

  it('is read from its start once, when there is no row', async () => {
    const { use, usedOn, pages, load } = prepare();
    await use(10);
    await usedOn('t', day);
    await use(20);

    expect((await usedOn('t', day))?.sources.chat?.inputTokens).toBe(30);
    expect(pages).toHaveBeenCalledTimes(1);
    expect(load.mock.calls.at(-1)?.[1]).toBe(1);
  });

  it('does not include the day before', async () => {
    const { use, usedOn } = prepare();
    await use(10);
    await usedOn('t', day);
    await use(20, nextDay);

    expect((await usedOn('t', nextDay))?.sources.chat?.inputTokens).toBe(20);
    expect((await usedOn('t', day))?.sources.chat?.inputTokens).toBe(10);
  });
});
