import '../testing/lambda-environment.ts';
import { usageStream } from '@nova/shared/events/index';
import { describe, expect, it } from 'vitest';
import { rowsOfAll } from './testing/expected-rows.ts';
import { projectorFixture } from './testing/fixture.ts';
import { used } from './testing/histories.ts';

const fixture = projectorFixture();

const day = (id: string) => usageStream('t', id);

/** The expected rows of the store's events. */
const expectedRows = async () => rowsOfAll(await fixture.streams());

describe('a commit that cannot be projected', () => {
  const poison = { type: 'TokensTeleported', data: {} };

  it('is quarantined with those that follow it, and does not delay other streams', async () => {
    const good = await fixture.commit(day('good'), 1, [used(1)]);
    const bad = [
      await fixture.commit(day('bad'), 1, [used(1)]),
      await fixture.commit(day('bad'), 2, [poison]),
      await fixture.commit(day('bad'), 3, [used(2)]),
    ];

    await fixture.deliver([...bad, good]);
    await fixture.deliver([await fixture.commit(day('bad'), 4, [used(3)])]);

    expect(fixture.quarantined).toEqual([
      { stream: 't#usage#bad', version: 2, reason: expect.stringContaining('TokensTeleported') },
      { stream: 't#usage#bad', version: 3, reason: 'waits for t#usage#bad@2' },
      { stream: 't#usage#bad', version: 4, reason: expect.stringContaining('waits for t#usage#bad@2') },
    ]);
    expect(fixture.published.sort()).toEqual(['t#usage#bad@1', 't#usage#good@1']);
    expect(Object.values(await fixture.rows()).map((row) => (row as { version: number }).version)).toEqual([
      1, 1,
    ]);
  });

  it('is redriven from the store as it is then, with those that waited for it', async () => {
    await fixture.deliver([
      await fixture.commit(day('bad'), 1, [used(1)]),
      await fixture.commit(day('bad'), 2, [poison]),
      await fixture.commit(day('bad'), 3, [used(2)]),
    ]);
    const redrive = (version: number) =>
      fixture.operate({ operation: 'redrive', stream: 't#usage#bad', version });

    expect(await redrive(2)).toEqual({
      outcome: 'unreadable',
      reason: expect.stringContaining('TokensTeleported'),
    });
    expect(await redrive(3)).toEqual({ outcome: 'unreadable', reason: expect.stringContaining('waits for') });
    expect(await redrive(7)).toEqual({ outcome: 'missing' });
    await fixture.commit(day('bad'), 2, [used(10)]);
    expect(await redrive(3)).toEqual({ outcome: 'projected' });
    expect(await redrive(2)).toEqual({ outcome: 'projected' });

    expect(await fixture.rows()).toEqual(await expectedRows());
    expect(fixture.published.sort()).toEqual(['t#usage#bad@1', 't#usage#bad@2', 't#usage#bad@3']);
  });
});
