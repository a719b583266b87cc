import '../testing/lambda-environment.ts';
import {
  type Aggregate,
  contentStream,
  type StreamId,
  sessionStream,
  usageStream,
} from '@nova/shared/events/index';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { projections } from '../../../lambdas/domain/projections/index.ts';
import type { Projection } from '../../../lambdas/domain/projections/projection.ts';
import { sessionProjection } from '../../../lambdas/domain/projections/session.ts';
import { type UsageRow, usageProjection } from '../../../lambdas/domain/projections/usage.ts';
import type { OperatorDependencies } from '../../../lambdas/functions/event-projector/operator/dependencies.ts';
import { stateStore } from '../../../lambdas/read-model/generations.ts';
import { readModel } from '../../../lambdas/read-model/rows.ts';
import { crashing } from './testing/crashing.ts';
import { type Rows, rowsOf } from './testing/expected-rows.ts';
import { projectorFixture } from './testing/fixture.ts';
import { contentRegistered, turnCompleted, upTo, used } from './testing/histories.ts';
import { operatorOf } from './testing/operator.ts';

const fixture = projectorFixture();
const { hasty, replay, verify, fill } = operatorOf(fixture);

const day = (id: string) => usageStream('t', id);
const session = sessionStream('t', 's');
const item = contentStream('t', 'c');

const nothing = { differences: [], unreadable: [] };

/** The rows that the store leads to, those of some collections in another generation than the first. */
async function expectedRows(
  generations: Partial<Record<Aggregate, number>>,
  all = projections,
): Promise<Rows> {
  const rows = (await fixture.streams()).map((events) => {
    const aggregate = events[0]?.stream.aggregate ?? 'usage';
    return rowsOf(events, generations[aggregate] ?? 1, all);
  });
  return Object.assign({}, ...rows);
}

const nextVersion: Projection<UsageRow & { readonly events?: number }> = {
  ...usageProjection,
  version: 2,
  evolve: (row, event) => ({ ...usageProjection.evolve(row, event), events: (row?.events ?? 0) + 1 }),
};
/** A later build: usage rows also count their events. */
const later = { ...projections, usage: [usageProjection, nextVersion] } as const;

/** Parts of the later build. */
const laterDependencies = (dependencies = hasty()): OperatorDependencies => ({
  ...dependencies,
  projections: later,
  states: stateStore(fixture.engine.client, 'read-model', later),
});

describe('a replay', () => {
  it('builds new rows beside the current ones, switches reads to them, and removes the old ones', async () => {
    await fill(30, 1);

    const slices = await replay('session');

    expect([...new Set(slices.map(({ phase }) => phase))]).toEqual(['building', 'retiring', 'done']);
    expect(slices.length).toBeGreaterThan(8);
    expect(slices.at(-1)).toMatchObject({ generation: 2, unreadable: [] });
    const building = slices.filter(({ phase }) => phase === 'building').map(({ commits }) => commits);
    expect(building).toEqual([...building].sort((a, b) => a - b));
    expect(slices.at(-2)?.commits).toBe(slices.at(-2)?.total);
    expect(await fixture.rows()).toEqual(await expectedRows({ session: 2 }));
    expect(await verify()).toEqual({ streams: 30, ...nothing });
  });

  it('continues after a stop or a crash at any call', async () => {
    await fill(12, 2);
    let generation = 1;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 6 }), async (crashes) => {
        for (const call of crashes) {
          const dying = crashing(hasty(), call);
          await fixture.operate({ operation: 'replay', projection: 'session' }, dying).catch(() => undefined);
        }
        await replay('session');
        generation = (await fixture.dependencies.states.load()).session.read.generation;

        expect(await fixture.rows()).toEqual(await expectedRows({ session: generation }));
      }),
      { numRuns: 10 },
    );
    expect(generation).toBeGreaterThan(5);
  });

  it('ends with equal rows although events arrive meanwhile, also for streams that it has passed', async () => {
    for (const n of upTo(20)) await fixture.deliver([await fixture.commit(day(`${n}`), 1, [used(n)])]);
    let version = 1;

    await replay('usage', hasty(), async () => {
      version += 1;
      for (const n of upTo(20))
        await fixture.deliver([await fixture.commit(day(`${n}`), version, [used(n)])]);
      await fixture.deliver([await fixture.commit(day(`new-${version}`), 1, [used(1)])]);
    });

    expect(version).toBeGreaterThan(10);
    expect(await fixture.rows()).toEqual(await expectedRows({ usage: 2 }));
    expect((await verify()).differences).toEqual([]);
  });

  it('writes rows of a new version beside the old ones, and switches reads only when it is complete', async () => {
    for (const n of upTo(12))
      await fixture.deliver([await fixture.commit(day(`${n}`), 1, [used(n), used(1)])]);
    const read = async () => {
      const reader = readModel(fixture.engine.client, 'read-model');
      return (await reader.get<{ events?: number }>({ tenant: 't', collection: 'usage', id: '7' }))?.row
        .events;
    };
    const seen = new Set<string>();

    await replay('usage', laterDependencies(), async ({ phase }) => {
      seen.add(`${phase}: ${await read()}`);
    });

    expect([...seen]).toEqual(['building: undefined', 'retiring: 2', 'done: 2']);
    expect(await fixture.rows()).toEqual(await expectedRows({ usage: 2 }, later));
    expect((await verify(laterDependencies())).differences).toEqual([]);
    await fixture.deliver([await fixture.commit(day('7'), 3, [used(5)])], laterDependencies());
    expect(await read()).toBe(3);
  });

  it('of an older version by another build is abandoned, and its rows are removed', async () => {
    for (const n of upTo(20)) await fixture.deliver([await fixture.commit(day(`${n}`), 1, [used(n)])]);
    for (const _ of upTo(3)) await fixture.operate({ operation: 'replay', projection: 'usage' }, hasty());
    expect(Object.keys(await fixture.rows()).length).toBeGreaterThan(20);

    const slices = await replay('usage', laterDependencies());

    expect(slices.at(-1)).toMatchObject({ phase: 'done', generation: 3 });
    expect(await fixture.rows()).toEqual(await expectedRows({ usage: 3 }, later));
  });

  it('leaves no turn of a session that is deleted meanwhile', async () => {
    const other: StreamId = { ...session, id: 'other' };
    await fixture.deliver([await fixture.commit(session, 1, upTo(10).map(turnCompleted))]);
    await fixture.deliver([await fixture.commit(other, 1, upTo(2).map(turnCompleted))]);
    const deletion = () => fixture.commit(session, 11, [{ type: 'SessionDeleted', data: {} }]);
    // The replay has read the session and is putting its turns when the projector erases them.
    const slow: OperatorDependencies = {
      ...hasty(),
      rows: (generation) => {
        const rows = fixture.dependencies.rows(generation);
        let isFirst = generation === 2;
        return {
          ...rows,
          async putDetail(key, row) {
            if (isFirst && key.of === session.id) {
              isFirst = false;
              await fixture.deliver([await deletion()]);
            }
            await rows.putDetail(key, row);
          },
        };
      },
    };

    await replay('session', slow);

    expect((await fixture.streams()).flat().some(({ type }) => type === 'SessionDeleted')).toBe(true);
    expect(await fixture.rows()).toEqual(await expectedRows({ session: 2 }));
    expect(Object.keys(await fixture.rows())).toHaveLength(4);
  });

  it.each<[string, 'session' | 'content', StreamId, object[], object]>([
    ['a session', 'session', session, upTo(3).map(turnCompleted), { type: 'SessionDeleted', data: {} }],
    ['a content item', 'content', item, [contentRegistered], { type: 'ContentDeleted', data: {} }],
  ])(
    'that is abandoned before the old rows are gone keeps nothing of %s deleted then',
    async (_, projection, stream, events, deletion) => {
      const left = async () => (await fixture.dependencies.states.load())[projection].retiring;
      const other = { ...stream, id: 'other' };
      const dependencies = hasty();
      await fixture.deliver([
        await fixture.commit(stream, 1, events),
        await fixture.commit(other, 1, events),
      ]);
      while (!(await left()).some(({ written }) => !written)) {
        await fixture.operate({ operation: 'replay', projection }, dependencies);
      }
      const record = await fixture.commit(stream, events.length + 1, [deletion]);

      await fixture.deliver([record]);
      await fixture.deliver([record]);

      const ofStream = Object.entries(await fixture.rows()).filter(([name]) => !name.includes('other'));
      expect(ofStream).toEqual([
        [`t#${projection}@2 ${stream.id}`, { status: 'deleted', version: events.length + 1 }],
      ]);
      expect(Object.keys(await fixture.rows())).toContain(`t#${projection}@1 other`);
      await replay(projection, dependencies);
      expect(await fixture.rows()).toEqual(await expectedRows({ [projection]: 2 }));
    },
  );

  it('that was blocked and abandoned keeps nothing of a session deleted then', async () => {
    await fixture.deliver([
      await fixture.commit(session, 1, upTo(3).map(turnCompleted)),
      await fixture.commit({ ...session, id: 'other' }, 1, [{ type: 'SessionTeleported', data: {} }]),
    ]);
    expect((await replay('session')).at(-1)?.phase).toBe('blocked');
    const mended = {
      ...projections,
      session: [sessionProjection, { ...sessionProjection, version: 2 }],
    } as const;
    const dependencies = {
      ...hasty(),
      projections: mended,
      states: stateStore(fixture.engine.client, 'read-model', mended),
    };
    await fixture.operate({ operation: 'replay', projection: 'session' }, dependencies);

    await fixture.deliver(
      [await fixture.commit(session, 4, [{ type: 'SessionDeleted', data: {} }])],
      dependencies,
    );

    const tombstone = { status: 'deleted', version: 4 };
    expect(await fixture.rows()).toEqual({
      't#session@1 s': tombstone,
      't#session@3 s': tombstone,
    });
  });

  it('does not switch reads after a commit that it cannot read, and continues once it can', async () => {
    for (const n of upTo(8)) await fixture.deliver([await fixture.commit(day(`${n}`), 1, [used(n)])]);
    await fixture.deliver([await fixture.commit(day('3'), 2, [{ type: 'TokensTeleported', data: {} }])]);
    const blocked = await replay('usage');

    expect(blocked.at(-1)).toMatchObject({
      phase: 'blocked',
      unreadable: [{ stream: 't#usage#3', version: 2, reason: expect.stringContaining('TokensTeleported') }],
    });
    expect((await fixture.dependencies.states.load()).usage.read.generation).toBe(1);
    expect((await replay('usage')).map(({ phase }) => phase)).toEqual(['blocked']);

    await fixture.commit(day('3'), 2, [used(30)]);
    await fixture.operate({ operation: 'redrive', stream: 't#usage#3', version: 2 });
    const slices = await replay('usage');

    expect(slices.at(-1)).toMatchObject({ phase: 'done', generation: 2 });
    expect(await fixture.rows()).toEqual(await expectedRows({ usage: 2 }));
  });

  it('reports the number of removed rows, up to the last', async () => {
    for (const n of upTo(20)) await fixture.deliver([await fixture.commit(day(`${n}`), 1, [used(n)])]);
    const slices = await replay('usage');
    const swept = slices.map((slice) => slice.swept);

    expect(swept.slice(0, 5)).toEqual([undefined, undefined, undefined, undefined, undefined]);
    expect(swept.at(-1)).toBe(20);
    const counts = swept.filter((count) => count !== undefined);
    expect(counts).toEqual([...counts].sort((a, b) => a - b));
    expect(new Set(counts).size).toBeGreaterThan(2);
  });

  it('processes a bounded number of turns at once', async () => {
    let now = 0;
    let most = 0;
    const counting: OperatorDependencies = {
      ...fixture.dependencies,
      rows: (generation) => {
        const rows = fixture.dependencies.rows(generation);
        return {
          ...rows,
          async putDetail(key, row) {
            now += 1;
            most = Math.max(most, now);
            await rows.putDetail(key, row);
            now -= 1;
          },
        };
      },
    };

    await fixture.deliver([await fixture.commit(session, 1, upTo(60).map(turnCompleted))], counting);

    expect(most).toBe(25);
    expect(await fixture.rows()).toEqual(await expectedRows({}));
  });

  it('holds few of many unreadable commits in memory, and reads all of them again', async () => {
    const poison = { type: 'T'.repeat(5000), data: {} };
    for (const n of upTo(60)) await fixture.commit(day(`${n}`), 1, [poison]);
    const slices = await replay('usage', fixture.dependencies);
    const { replay: known } = (await fixture.dependencies.states.load()).usage;

    expect(slices.at(-1)).toMatchObject({ phase: 'blocked', streams: 60 });
    expect(known?.unreadable).toHaveLength(50);
    expect(JSON.stringify(known).length).toBeLessThan(20_000);

    for (const n of upTo(60)) await fixture.commit(day(`${n}`), 1, [used(n)]);
    await replay('usage');
    const rows = await fixture.rows();
    expect(Object.keys(rows)).toHaveLength(60);
    expect(rows).toEqual(await expectedRows({ usage: 2 }));
  });

  it('stops where the projector stops: before the whole commit with the event that cannot be projected', async () => {
    const picky: Projection<UsageRow> = {
      ...usageProjection,
      evolve(row, event) {
        if (event.type === 'TokensUsed' && event.data.inputTokens === 13) throw new Error('no luck');
        return usageProjection.evolve(row, event);
      },
    };
    const dependencies = { ...hasty(), projections: { ...projections, usage: [picky] } as const };
    await fixture.deliver([await fixture.commit(day('d'), 1, [used(1)])], dependencies);
    await fixture.deliver([await fixture.commit(day('d'), 2, [used(2), used(13)])], dependencies);

    const unreadable = [{ stream: 't#usage#d', version: 2, reason: expect.stringContaining('no luck') }];
    expect(await verify(dependencies)).toEqual({ streams: 1, differences: [], unreadable });
    expect((await replay('usage', dependencies)).at(-1)).toMatchObject({ phase: 'blocked', unreadable });
    const rows = await fixture.rows();
    expect(rows['t#usage@2 d']).toMatchObject({ version: 1 });
    expect(rows['t#usage@2 d']).toEqual(rows['t#usage@1 d']);
  });

  it('is shared by two concurrent callers', async () => {
    await fill(20, 3);

    const ended = await Promise.all([replay('content'), replay('content'), replay('job')]);

    for (const slices of ended) expect(slices.at(-1)?.phase).toBe('done');
    const { content, job } = await fixture.dependencies.states.load();
    const generations = { content: content.read.generation, job: job.read.generation };
    expect(await fixture.rows()).toEqual(await expectedRows(generations));
  });
});
