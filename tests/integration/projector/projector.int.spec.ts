import '../testing/lambda-environment.ts';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { jobStream, type StreamId, sessionStream, usageStream } from '@nova/shared/events/index';
import { eventId } from '@nova/shared/tables';
import type { DynamoDBRecord } from 'aws-lambda';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { headKey } from '../../../lambdas/domain/projections/projection.ts';
import { turnsOf } from '../../../lambdas/domain/projections/session.ts';
import type { OperatorDependencies } from '../../../lambdas/functions/event-projector/operator/dependencies.ts';
import { itemKey, partitionKey } from '../../../lambdas/read-model/keys.ts';
import { crashing } from './testing/crashing.ts';
import { rowsOfAll } from './testing/expected-rows.ts';
import { projectorFixture } from './testing/fixture.ts';
import { anyHistory, type History, turnCompleted, upTo, used } from './testing/histories.ts';

const fixture = projectorFixture();

const day = (id: string) => usageStream('t', id);

/** The expected rows of the store's events. */
const expectedRows = async () => rowsOfAll(await fixture.streams());

/** Puts histories into the store, one commit of each in turn. @returns their records in that order */
async function store(histories: readonly History[]): Promise<DynamoDBRecord[]> {
  const streams = histories.map(({ aggregate, commits }, index) => ({
    stream: { tenant: 't', aggregate, id: `${index}` } as const,
    left: [...commits],
    version: 1,
  }));
  const records: DynamoDBRecord[] = [];
  while (streams.some(({ left }) => left.length > 0)) {
    for (const one of streams) {
      const events = one.left.shift();
      if (!events) continue;
      records.push(await fixture.commit(one.stream, one.version, events));
      one.version += events.length;
    }
  }
  return records;
}

/**
 * Delivers records as Lambda does: a batch that crashed is delivered again, halved while possible.
 * @param faults the call at which each delivery in turn crashes; none once they are used up
 */
async function deliverLikeLambda(records: readonly DynamoDBRecord[], faults: number[]): Promise<void> {
  const crashesAt = faults.shift();
  try {
    await fixture.deliver(
      records,
      crashesAt === undefined ? fixture.dependencies : crashing(fixture.dependencies, crashesAt),
    );
  } catch (error) {
    if (crashesAt === undefined) throw error;
    const half = Math.ceil(records.length / 2);
    for (const part of [records.slice(0, half), records.slice(half)]) {
      if (part.length > 0) await deliverLikeLambda(part, faults);
    }
  }
}

describe('rows', () => {
  it('are the projections of the events, whatever is delivered twice, split, reordered, or interrupted anywhere', async () => {
    const histories = fc.array(anyHistory, { minLength: 1, maxLength: 5 });
    const sizes = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 40, maxLength: 40 });
    const faults = fc.array(fc.integer({ min: 1, max: 25 }), { maxLength: 8 });
    const repeats = fc.array(fc.tuple(fc.nat(), fc.nat({ max: 5 })), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(histories, sizes, faults, repeats, async (all, cuts, crashes, again) => {
        await fixture.clear();
        const records = await store(all);
        const left = [...crashes];
        for (let at = 0, turn = 0; at < records.length; turn++) {
          const size = cuts[turn % cuts.length] ?? 1;
          await deliverLikeLambda(records.slice(at, at + size), left);
          at += size;
        }
        for (const [from, length] of again) {
          const start = from % records.length;
          await deliverLikeLambda(records.slice(start, start + 1 + length), left);
        }

        expect(await fixture.rows()).toEqual(await expectedRows());
        const events = (await fixture.streams())
          .flat()
          .map(({ stream, version }) => eventId(stream, version));
        expect([...new Set(fixture.published)].sort()).toEqual(events.sort());
        expect(fixture.quarantined).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });

  it('are the same after a crash at each call in turn and another delivery', async () => {
    const session = sessionStream('t', 's');
    const turns = upTo(3).map(turnCompleted);
    for (let call = 1, crashed = true; crashed; call++) {
      await fixture.clear();
      const first = [await fixture.commit(session, 1, turns), await fixture.commit(day('d'), 1, [used(1)])];
      const second = [await fixture.commit(session, 4, [{ type: 'SessionDeleted', data: {} }])];
      crashed = false;
      for (const records of [first, second]) {
        await fixture.deliver(records, crashing(fixture.dependencies, call)).catch(() => {
          crashed = true;
        });
        await fixture.deliver(records);
      }

      expect(await fixture.rows()).toEqual(await expectedRows());
      expect(call).toBeLessThan(50);
    }
  });

  it('do not change when every idempotency record is deleted and the whole stream is delivered again', async () => {
    const records = await store(fc.sample(anyHistory, { numRuns: 20, seed: 1 }));
    await fixture.deliver(records);
    const before = await fixture.rows();
    for (const name of Object.keys(before)) {
      const [pk, sk] = name.split(' ');
      await fixture.engine.client.send(
        new UpdateCommand({
          TableName: 'read-model',
          Key: { pk, sk },
          UpdateExpression: 'REMOVE #version',
          ExpressionAttributeNames: { '#version': 'version' },
        }),
      );
    }
    expect(await fixture.rows()).not.toEqual(before);

    for (let at = 0; at < records.length; at += 7) await fixture.deliver(records.slice(at, at + 7));

    expect(await fixture.rows()).toEqual(before);
  });

  it('of a new table equal those that were updated event by event', async () => {
    const records = await store(fc.sample(anyHistory, { numRuns: 20, seed: 2 }));
    for (const record of records) await fixture.deliver([record]);
    const live = await fixture.rows();
    const keys = Object.keys(live).map((name) => name.split(' '));
    await fixture.dependencies.table.remove(keys.map(([pk = '', sk = '']) => ({ pk, sk })));
    expect(await fixture.rows()).toEqual({});

    await fixture.deliver(records);

    expect(await fixture.rows()).toEqual(live);
    expect(live).toEqual(await expectedRows());
  });

  it('are repaired after a gap from the store, of which only the missing events are read', async () => {
    const first = await fixture.commit(day('d'), 1, [used(1)]);
    await fixture.deliver([first]);
    await fixture.commit(day('d'), 2, [used(10), used(100)]);
    const last = await fixture.commit(day('d'), 4, [used(1000)]);
    const read: number[] = [];
    const { since, ...others } = fixture.dependencies.history;
    const watched: OperatorDependencies['history'] = {
      ...others,
      async since(stream, version) {
        const readable = await since(stream, version);
        read.push(...readable.events.map((event) => event.version));
        return readable;
      },
    };

    await fixture.deliver([last], { ...fixture.dependencies, history: watched });

    expect(read).toEqual([2, 3, 4]);
    expect(await fixture.rows()).toEqual(await expectedRows());
  });

  it('are never overwritten with older ones by a late projector', async () => {
    const first = await fixture.commit(day('d'), 1, [used(1)]);
    const second = await fixture.commit(day('d'), 2, [used(10)]);
    const late: OperatorDependencies = {
      ...fixture.dependencies,
      rows: (generation) => {
        const rows = fixture.dependencies.rows(generation);
        return {
          ...rows,
          async putHead(...head) {
            await fixture.deliver([first, second]);
            return rows.putHead(...head);
          },
        };
      },
    };

    await fixture.deliver([first], late);

    expect(await fixture.rows()).toEqual(await expectedRows());
  });

  it('are never restored after an erasure by late projectors', async () => {
    const session = sessionStream('t', 's');
    const spoken = await fixture.commit(session, 1, upTo(3).map(turnCompleted));
    const deleted = await fixture.commit(session, 4, [{ type: 'SessionDeleted', data: {} }]);
    // The late one has read that the row does not exist, and puts its turns after everything else.
    const late: OperatorDependencies = {
      ...fixture.dependencies,
      rows: (generation) => {
        const rows = fixture.dependencies.rows(generation);
        let isFirst = true;
        return {
          ...rows,
          async putDetail(key, row) {
            if (isFirst) {
              isFirst = false;
              await fixture.deliver([spoken, deleted]);
            }
            await rows.putDetail(key, row);
          },
        };
      },
    };

    await fixture.deliver([spoken], late);

    expect(await fixture.rows()).toEqual(await expectedRows());
    expect(Object.keys(await fixture.rows())).toHaveLength(1);
  });

  it('of a deleted session are removed, however many turns there were, and no others', async () => {
    const session = sessionStream('t', 'talkative');
    const other: StreamId = { ...session, id: 'other' };
    const spoken = await fixture.commit(session, 1, upTo(60).map(turnCompleted));
    await fixture.deliver([spoken, await fixture.commit(other, 1, [turnCompleted(1)])]);
    expect(Object.keys(await fixture.rows())).toHaveLength(63);

    const deletion = await fixture.commit(session, 61, [{ type: 'SessionDeleted', data: {} }]);
    await fixture.deliver([deletion]);
    await fixture.deliver([deletion]);

    const rows = await fixture.rows();
    const { pk, sk } = itemKey(headKey(session), 1);
    expect(rows[`${pk} ${sk}`]).toEqual({ status: 'deleted', version: 61 });
    const mine = partitionKey(turnsOf('t', other.id), 1);
    expect(Object.keys(rows).filter((name) => name.startsWith(mine))).toHaveLength(1);
    expect(Object.keys(rows)).toHaveLength(3);
  });

  it('follow the order of the events, not the clocks of their writers', async () => {
    const job = jobStream('t', 'j');
    const requested = {
      type: 'JobRequested',
      data: {
        contentId: '019c0000-0000-7000-8000-000000000000',
        task: { kind: 'indexing', source: 'image' },
      },
      occurredAt: '2026-01-01T12:00:00.000Z',
    };
    const early = { type: 'JobCompleted', data: {}, occurredAt: '2026-01-01T11:59:00.000Z' };

    await fixture.deliver([await fixture.commit(job, 1, [requested]), await fixture.commit(job, 2, [early])]);

    expect(Object.values(await fixture.rows())).toEqual([
      expect.objectContaining({ status: 'done', updatedAt: '2026-01-01T12:00:00.000Z', version: 2 }),
    ]);
  });

  it('are the same from three concurrent projectors', async () => {
    const records: DynamoDBRecord[] = [];
    for (const turn of upTo(20)) {
      records.push(await fixture.commit(sessionStream('t', 's'), turn, [turnCompleted(turn)]));
    }

    await Promise.all([
      fixture.deliver(records.slice(0, 10)),
      fixture.deliver(records),
      fixture.deliver(records.slice(5)),
    ]);

    expect(await fixture.rows()).toEqual(await expectedRows());
  });
});
