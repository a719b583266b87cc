import '../testing/lambda-environment.ts';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { jobStream, type StreamId, sessionStream, usageStream } from '@nova/shared/events/index';
import { eventId } from '@nova/shared/tables';
import type { DynamoDBRecord } from 'aws-lambda';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { headKey } from '../../../lambdas/domain/projections/projection.ts';
import { turnsOf } from '../../../lambdas/domain/projections/session.ts';
import type { OperatorDependencies } from '../../../lambdas/functions/event-projector/operator/dependencies.ts';
import { itemKey, partitionKey } from '../../../lambdas/read-model/keys.ts';
import { crashing } from './testing/crashing.ts';
import { type Rows, rowsOf } from './testing/expected-rows.ts';
import { type ProjectorBench, projectorBench } from './testing/fixture.ts';
import { anyHistory, type History, turnCompleted, used } from './testing/histories.ts';
import { textbookProjector } from './testing/textbook-projector.ts';

let bench: ProjectorBench;

beforeAll(async () => {
  bench = await projectorBench();
});
afterAll(() => bench?.close());
beforeEach(() => bench.clear());

const day = (id: string) => usageStream('t', id);
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

/** Rows that the store's events lead to. */
async function expectedRows(): Promise<Rows> {
  return Object.assign({}, ...(await bench.streams()).map((events) => rowsOf(events)));
}

/** Puts histories in the store, one commit of each in turn. @returns their records in that order */
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
      records.push(await bench.commit(one.stream, one.version, events));
      one.version += events.length;
    }
  }
  return records;
}

/**
 * Delivers records the way Lambda does: a batch that crashed comes again, halved while it can be.
 * @param faults the call at which each delivery in turn crashes; none when they have run out
 */
async function deliverLikeLambda(records: readonly DynamoDBRecord[], faults: number[]): Promise<void> {
  const crashesAt = faults.shift();
  try {
    await bench.deliver(
      records,
      crashesAt === undefined ? bench.dependencies : crashing(bench.dependencies, crashesAt),
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
  it('are what the events lead to, whatever is delivered twice, cut, reordered, or interrupted anywhere', async () => {
    const histories = fc.array(anyHistory, { minLength: 1, maxLength: 5 });
    const sizes = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 40, maxLength: 40 });
    const faults = fc.array(fc.integer({ min: 1, max: 25 }), { maxLength: 8 });
    const repeats = fc.array(fc.tuple(fc.nat(), fc.nat({ max: 5 })), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(histories, sizes, faults, repeats, async (all, cuts, crashes, again) => {
        await bench.clear();
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

        expect(await bench.rows()).toEqual(await expectedRows());
        const events = (await bench.streams()).flat().map(({ stream, version }) => eventId(stream, version));
        expect([...new Set(bench.published)].sort()).toEqual(events.sort());
        expect(bench.quarantined).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });

  it('are the same after a crash at each call in turn and another delivery', async () => {
    const session = sessionStream('t', 's');
    const turns = upTo(3).map(turnCompleted);
    for (let call = 1, crashed = true; crashed; call++) {
      await bench.clear();
      const first = [await bench.commit(session, 1, turns), await bench.commit(day('d'), 1, [used(1)])];
      const second = [await bench.commit(session, 4, [{ type: 'SessionDeleted', data: {} }])];
      crashed = false;
      for (const records of [first, second]) {
        await bench.deliver(records, crashing(bench.dependencies, call)).catch(() => {
          crashed = true;
        });
        await bench.deliver(records);
      }

      expect(await bench.rows()).toEqual(await expectedRows());
      expect(call).toBeLessThan(50);
    }
  });

  it('do not change when every idempotency record is deleted and the whole stream comes again', async () => {
    const records = await store(fc.sample(anyHistory, { numRuns: 20, seed: 1 }));
    await bench.deliver(records);
    const before = await bench.rows();
    for (const name of Object.keys(before)) {
      const [pk, sk] = name.split(' ');
      await bench.engine.client.send(
        new UpdateCommand({
          TableName: 'read-model',
          Key: { pk, sk },
          UpdateExpression: 'REMOVE #version',
          ExpressionAttributeNames: { '#version': 'version' },
        }),
      );
    }
    expect(await bench.rows()).not.toEqual(before);

    for (let at = 0; at < records.length; at += 7) await bench.deliver(records.slice(at, at + 7));

    expect(await bench.rows()).toEqual(before);
  });

  it('made from nothing are those that grew as events came', async () => {
    const records = await store(fc.sample(anyHistory, { numRuns: 20, seed: 2 }));
    for (const record of records) await bench.deliver([record]);
    const live = await bench.rows();
    const keys = Object.keys(live).map((name) => name.split(' '));
    await bench.dependencies.table.remove(keys.map(([pk = '', sk = '']) => ({ pk, sk })));
    expect(await bench.rows()).toEqual({});

    await bench.deliver(records);

    expect(await bench.rows()).toEqual(live);
    expect(live).toEqual(await expectedRows());
  });

  it('are healed of a gap from the store, of which only what they lack is read', async () => {
    const first = await bench.commit(day('d'), 1, [used(1)]);
    await bench.deliver([first]);
    await bench.commit(day('d'), 2, [used(10), used(100)]);
    const last = await bench.commit(day('d'), 4, [used(1000)]);
    const read: number[] = [];
    const { since, ...others } = bench.dependencies.history;
    const watched: OperatorDependencies['history'] = {
      ...others,
      async since(stream, version) {
        const readable = await since(stream, version);
        read.push(...readable.events.map((event) => event.version));
        return readable;
      },
    };

    await bench.deliver([last], { ...bench.dependencies, history: watched });

    expect(read).toEqual([2, 3, 4]);
    expect(await bench.rows()).toEqual(await expectedRows());
  });

  it('never go back when a projector that is late writes what another has gone beyond', async () => {
    const first = await bench.commit(day('d'), 1, [used(1)]);
    const second = await bench.commit(day('d'), 2, [used(10)]);
    const late: OperatorDependencies = {
      ...bench.dependencies,
      rows: (generation) => {
        const rows = bench.dependencies.rows(generation);
        return {
          ...rows,
          async putHead(...head) {
            await bench.deliver([first, second]);
            return rows.putHead(...head);
          },
        };
      },
    };

    await bench.deliver([first], late);

    expect(await bench.rows()).toEqual(await expectedRows());
  });

  it('never come back when projectors that are late write what another has erased', async () => {
    const session = sessionStream('t', 's');
    const spoken = await bench.commit(session, 1, upTo(3).map(turnCompleted));
    const deleted = await bench.commit(session, 4, [{ type: 'SessionDeleted', data: {} }]);
    // The late one has read the row that is not there, and puts its turns when all is over.
    const late: OperatorDependencies = {
      ...bench.dependencies,
      rows: (generation) => {
        const rows = bench.dependencies.rows(generation);
        let isFirst = true;
        return {
          ...rows,
          async putDetail(key, row) {
            if (isFirst) {
              isFirst = false;
              await bench.deliver([spoken, deleted]);
            }
            await rows.putDetail(key, row);
          },
        };
      },
    };

    await bench.deliver([spoken], late);

    expect(await bench.rows()).toEqual(await expectedRows());
    expect(Object.keys(await bench.rows())).toHaveLength(1);
  });

  it('of a deleted session are gone, however many turns there were, and nobody else’s', async () => {
    const session = sessionStream('t', 'talkative');
    const other: StreamId = { ...session, id: 'other' };
    const spoken = await bench.commit(session, 1, upTo(60).map(turnCompleted));
    await bench.deliver([spoken, await bench.commit(other, 1, [turnCompleted(1)])]);
    expect(Object.keys(await bench.rows())).toHaveLength(63);

    const deletion = await bench.commit(session, 61, [{ type: 'SessionDeleted', data: {} }]);
    await bench.deliver([deletion]);
    await bench.deliver([deletion]);

    const rows = await bench.rows();
    const { pk, sk } = itemKey(headKey(session), 1);
    expect(rows[`${pk} ${sk}`]).toEqual({ status: 'deleted', version: 61 });
    const mine = partitionKey(turnsOf('t', other.id), 1);
    expect(Object.keys(rows).filter((name) => name.startsWith(mine))).toHaveLength(1);
    expect(Object.keys(rows)).toHaveLength(3);
  });

  it('follow the order of the events, not the clocks of those who wrote them', async () => {
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

    await bench.deliver([await bench.commit(job, 1, [requested]), await bench.commit(job, 2, [early])]);

    expect(Object.values(await bench.rows())).toEqual([
      expect.objectContaining({ status: 'done', updatedAt: '2026-01-01T12:00:00.000Z', version: 2 }),
    ]);
  });

  it('are the same from three projectors at once', async () => {
    const records: DynamoDBRecord[] = [];
    for (const turn of upTo(20)) {
      records.push(await bench.commit(sessionStream('t', 's'), turn, [turnCompleted(turn)]));
    }

    await Promise.all([
      bench.deliver(records.slice(0, 10)),
      bench.deliver(records),
      bench.deliver(records.slice(5)),
    ]);

    expect(await bench.rows()).toEqual(await expectedRows());
  });
});

describe('a commit that cannot be projected', () => {
  const poison = { type: 'TokensTeleported', data: {} };

  it('is quarantined with those that follow it, and holds nobody else back', async () => {
    const good = await bench.commit(day('good'), 1, [used(1)]);
    const bad = [
      await bench.commit(day('bad'), 1, [used(1)]),
      await bench.commit(day('bad'), 2, [poison]),
      await bench.commit(day('bad'), 3, [used(2)]),
    ];

    await bench.deliver([...bad, good]);
    await bench.deliver([await bench.commit(day('bad'), 4, [used(3)])]);

    expect(bench.quarantined).toEqual([
      { stream: 't#usage#bad', version: 2, reason: expect.stringContaining('TokensTeleported') },
      { stream: 't#usage#bad', version: 3, reason: 'waits for t#usage#bad@2' },
      { stream: 't#usage#bad', version: 4, reason: expect.stringContaining('waits for t#usage#bad@2') },
    ]);
    expect(bench.published.sort()).toEqual(['t#usage#bad@1', 't#usage#good@1']);
    expect(Object.values(await bench.rows()).map((row) => (row as { version: number }).version)).toEqual([
      1, 1,
    ]);
  });

  it('is redriven from the store as it is then, with what waited for it', async () => {
    await bench.deliver([
      await bench.commit(day('bad'), 1, [used(1)]),
      await bench.commit(day('bad'), 2, [poison]),
      await bench.commit(day('bad'), 3, [used(2)]),
    ]);
    const redrive = (version: number) =>
      bench.operate({ operation: 'redrive', stream: 't#usage#bad', version });

    expect(await redrive(2)).toEqual({
      outcome: 'unreadable',
      reason: expect.stringContaining('TokensTeleported'),
    });
    expect(await redrive(3)).toEqual({ outcome: 'unreadable', reason: expect.stringContaining('waits for') });
    expect(await redrive(7)).toEqual({ outcome: 'missing' });
    await bench.commit(day('bad'), 2, [used(10)]);
    expect(await redrive(3)).toEqual({ outcome: 'projected' });
    expect(await redrive(2)).toEqual({ outcome: 'projected' });

    expect(await bench.rows()).toEqual(await expectedRows());
    expect(bench.published.sort()).toEqual(['t#usage#bad@1', 't#usage#bad@2', 't#usage#bad@3']);
  });
});

describe('writes', () => {
  const writes = (requests: readonly string[]) =>
    requests.filter((name) => /^(Put|Update|Delete|BatchWrite|TransactWrite)/.test(name)).length;

  /** A hundred commits of an event each, over some streams, as one batch. */
  async function hundred(streams: number): Promise<DynamoDBRecord[]> {
    const versions = new Map<number, number>();
    const records: DynamoDBRecord[] = [];
    for (const n of upTo(100)) {
      const version = (versions.get(n % streams) ?? 0) + 1;
      versions.set(n % streams, version);
      records.push(await bench.commit(day(`${streams}-${n % streams}`), version, [used(n)]));
    }
    return records;
  }

  it.each([
    [100, 1],
    [10, 0.1],
    [1, 0.01],
  ])(
    'of 100 events over %i streams are at most %f an event; the textbook needs three',
    async (streams, most) => {
      await bench.dependencies.states.load();
      const records = await hundred(streams);
      const textbook = await textbookProjector(bench.engine, `textbook-${streams}`);
      bench.engine.requests();

      await bench.deliver(records);
      const ours = writes(bench.engine.requests());
      await bench.deliver(records);
      const oursAgain = writes(bench.engine.requests());
      await textbook(records);
      const theirs = writes(bench.engine.requests());

      expect(ours / 100).toBeLessThanOrEqual(most);
      expect(oursAgain).toBe(0);
      expect(theirs / 100).toBe(3);
    },
  );
});
