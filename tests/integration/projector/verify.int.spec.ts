import '../testing/lambda-environment.ts';
import { DeleteCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { sessionStream, usageStream } from '@nova/shared/events/index';
import type { VerifyPage } from '@nova/shared/operations';
import { describe, expect, it } from 'vitest';
import { projectorFixture, testClock } from './testing/fixture.ts';
import { turnCompleted, upTo, used } from './testing/histories.ts';
import { operatorOf } from './testing/operator.ts';

const fixture = projectorFixture();
const { hasty, replay, verify, fill } = operatorOf(fixture);

const day = (id: string) => usageStream('t', id);
const session = sessionStream('t', 's');

const nothing = { differences: [], unreadable: [] };

describe('a verification', () => {
  const usageRow = { pk: 't#usage@1', sk: 'd' };
  const client = () => fixture.engine.client;
  const prepare = async () => {
    await fixture.deliver([
      await fixture.commit(day('d'), 1, [used(1)]),
      await fixture.commit(day('d'), 2, [used(2)]),
      await fixture.commit(session, 1, upTo(3).map(turnCompleted)),
    ]);
  };
  const set = (attribute: string, value: unknown) =>
    client().send(
      new UpdateCommand({
        TableName: 'read-model',
        Key: usageRow,
        UpdateExpression: 'SET #attribute = :value',
        ExpressionAttributeNames: { '#attribute': attribute },
        ExpressionAttributeValues: { ':value': value },
      }),
    );
  const put = (Item: Record<string, unknown>) =>
    client().send(new PutCommand({ TableName: 'read-model', Item }));
  const remove = (Key: Record<string, unknown>) =>
    client().send(new DeleteCommand({ TableName: 'read-model', Key }));
  const head = { stream: 't#usage#d', row: 't#usage@1 d' };
  const turn = (n: number) => ({ stream: 't#session#s', row: `t#session@1#s 000000000${n}` });

  it('finds no difference in correct rows, over many slices', async () => {
    await fill(30, 4);

    expect(await verify(hasty())).toEqual({ streams: 30, ...nothing });
    expect((await fixture.operate<VerifyPage>({ operation: 'verify' }, hasty())).cursor).toBeDefined();
  });

  it.each<[string, () => Promise<unknown>, object]>([
    [
      'a row is missing',
      () => remove(usageRow),
      { ...head, kind: 'missing', detail: 'the stream is at version 2' },
    ],
    [
      'a row is behind',
      () => set('version', 1),
      { ...head, kind: 'behind', detail: expect.stringContaining('1') },
    ],
    [
      'a row is ahead of its stream',
      () => set('version', 9),
      { ...head, kind: 'differs', detail: expect.any(String) },
    ],
    ['a row has another value', () => set('day', 'secret'), { ...head, kind: 'differs', detail: 'in day' }],
    [
      'a turn is missing',
      () => remove({ pk: 't#session@1#s', sk: '0000000002' }),
      { ...turn(2), kind: 'missing', detail: 'an event made it' },
    ],
    [
      'a turn has no event',
      () => put({ pk: 't#session@1#s', sk: '0000000009', reply: 'secret' }),
      { ...turn(9), kind: 'stray', detail: 'no event made it, or one erased it' },
    ],
    [
      'a row has no stream',
      () => put({ pk: 't#job@1', sk: 'j', version: 1 }),
      { stream: 't#job#j', row: 't#job@1 j', kind: 'stray', detail: 'there is no such stream' },
    ],
    [
      'a row is of a generation that is not in use',
      () => put({ pk: 't#usage@7', sk: 'd', version: 2 }),
      { ...head, row: 't#usage@7 d', kind: 'stray', detail: 'of no generation that is in use' },
    ],
  ])('reports that %s, and no value', async (_, spoil, difference) => {
    await prepare();
    await spoil();

    const found = await verify();

    expect(found.differences).toEqual([difference]);
    expect(JSON.stringify(found)).not.toContain('secret');
  });

  it('reports old rows of an abandoned replay once it should have ended', async () => {
    await prepare();
    const clock = testClock(6000);
    const dependencies = { ...fixture.dependencies, clock };
    const swept = async () =>
      (await fixture.dependencies.states.load()).usage.retiring.some(({ written }) => !written);
    while (!(await swept()))
      await fixture.operate({ operation: 'replay', projection: 'usage' }, dependencies);
    expect((await verify(dependencies)).differences).toEqual([]);

    await clock.pause(2 * 3_600_000);

    const detail =
      'its replay was left before old rows were gone: run `nova replay --projection usage` to its end';
    expect((await verify(dependencies)).differences).toEqual([{ ...head, kind: 'stray', detail }]);
    await replay('usage', dependencies);
    expect((await verify(dependencies)).differences).toEqual([]);
  });

  it('reports an unreadable commit, and compares the rest of the stream', async () => {
    await prepare();
    await fixture.deliver([await fixture.commit(day('d'), 3, [{ type: 'TokensTeleported', data: {} }])]);

    expect(await verify()).toEqual({
      streams: 2,
      differences: [],
      unreadable: [{ stream: 't#usage#d', version: 3, reason: expect.stringContaining('TokensTeleported') }],
    });
  });

  it('waits for rows that are about to be written', async () => {
    await prepare();
    const record = await fixture.commit(day('d'), 3, [used(3)]);
    let pauses = 0;
    const clock = {
      ...testClock(),
      async pause() {
        pauses += 1;
        if (pauses === 2) await fixture.deliver([record]);
      },
    };

    expect((await verify({ ...fixture.dependencies, clock })).differences).toEqual([]);
    expect(pauses).toBe(2);
  });

  it.each(['', 'nonsense', Buffer.from('{"phase":"all"}').toString('base64url')])(
    'refuses the cursor %j',
    async (cursor) => {
      await expect(fixture.operate({ operation: 'verify', cursor })).rejects.toThrow(
        'cursor: is not one that',
      );
    },
  );
});

describe('a request to the projector', () => {
  it.each([
    { operation: 'destroy' },
    { operation: 'replay', projection: 'weather' },
    { operation: 'redrive', stream: 't#usage#d', version: 0 },
    {},
  ])('of another form is refused with the reason: %j', async (request) => {
    await expect(fixture.operate(request as never)).rejects.toThrow(
      'Neither records of a stream nor an operator',
    );
  });
});
