import fc from 'fast-check';
import { v7 as uuid } from 'uuid';
import { expect, it } from 'vitest';
import { dynamodbJobSlots, type JobSlots } from '../../../lambdas/jobs/queue/job-slots.ts';
import { memoryJobSlots } from '../../../lambdas/testing/memory-job-slots.ts';
import { eventStoreFixture } from './testing/fixture.ts';

/** The slots of jobs on the engine, and in memory as the unit tests have them. */

const fixture = eventStoreFixture('job-slots');

const slot = fc.constantFrom('a.1', 'b.1', 'b.2', 'c.1', 'd.1');
const slots = fc.uniqueArray(slot, { minLength: 1, maxLength: 3 });
const most = fc.integer({ min: 1, max: 4 });
/** A key's bound has room for the slots of one request. */
const room = fc.integer({ min: 3, max: 4 });
type Change = (table: JobSlots, tenant: string) => Promise<unknown>;
const change: fc.Arbitrary<Change> = fc
  .record({ kind: fc.constantFrom('open', 'run', 'wait', 'release', 'withdraw'), slot, slots, most, room })
  .map((chosen) => (table, tenant) => {
    switch (chosen.kind) {
      case 'open':
        return table.open(tenant, chosen.slots, chosen.room);
      case 'release':
        return table.release(tenant, chosen.slots);
      case 'withdraw':
        return table.withdraw(tenant, chosen.slot);
      default:
        return table[chosen.kind](tenant, chosen.slot, chosen.most);
    }
  });

it('changes are the same in both, and a change that is repeated changes nothing', async () => {
  const memory = memoryJobSlots();
  const engine = dynamodbJobSlots(fixture.engine.client, 'job-slots');
  await fc.assert(
    fc.asyncProperty(fc.array(change, { maxLength: 15 }), async (changes) => {
      const tenant = uuid();
      for (const make of changes) {
        expect(await make(engine, tenant)).toEqual(await make(memory, tenant));
        const after = await memory.get(tenant);
        expect(await engine.get(tenant)).toEqual(after);
        await make(engine, tenant);
        expect(await engine.get(tenant)).toEqual(after);
      }
    }),
    { numRuns: 40 },
  );
});

it('are of a bounded size: a thousand slots, all waiting, take a quarter of an item', async () => {
  const engine = dynamodbJobSlots(fixture.engine.client, 'job-slots');
  const tenant = uuid();
  const all = Array.from({ length: 1000 }, () => `${uuid()}.1`);
  await engine.open(tenant, all, 1000);
  for (const one of all.slice(0, 3)) await engine.wait(tenant, one, 1000);

  expect(await engine.open(tenant, [`${uuid()}.1`], 1000)).toMatchObject({ made: false });
  expect(2 * Buffer.byteLength(all.join(''))).toBeLessThan((400 * 1024) / 4);
});
