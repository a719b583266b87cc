import { PutCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import type { StreamEvent, StreamId } from '@nova/shared/events/index';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { execute, record } from '../../../lambdas/commands/execute.ts';
import { failTurn, session } from '../../../lambdas/domain/session.ts';
import type { EventStore } from '../../../lambdas/event-store/store.ts';
import type { TestEngine } from './testing/engine.ts';
import {
  commitOf,
  eventStoreFixture,
  metadata,
  newStream,
  turnFailed,
  upTo,
  used,
  versionsOf,
} from './testing/fixture.ts';

const fixture = eventStoreFixture();

// Writers give up after a time limit; on a busy machine they would all succeed too, only later.
beforeEach(() => void vi.spyOn(performance, 'now').mockReturnValue(0));
afterEach(() => vi.restoreAllMocks());

const tokensOf = (events: readonly StreamEvent[]) =>
  (events as readonly StreamEvent<'TokensUsed'>[]).map(({ data }) => data.inputTokens);
const reasonsOf = (events: readonly StreamEvent[]) =>
  (events as readonly StreamEvent<'TurnFailed'>[]).flatMap(({ data }) => data.reason ?? []);
const sorted = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b);

describe('50 concurrent writers on one stream', () => {
  const writers = upTo(50);

  // On a busy machine the writers must not reach their time limit: here only the number of attempts bounds them.
  beforeEach(() => void vi.spyOn(performance, 'now').mockReturnValue(0));
  afterEach(() => void vi.restoreAllMocks());

  it('append all their events, each exactly once', async () => {
    const stream = newStream('usage');
    // Each uses a store of its own, as separate processes would.
    await Promise.all(writers.map((n) => record(fixture.store(), stream, metadata, [used(n)])));

    const { events } = await fixture.store().load(stream);
    expect(versionsOf(events)).toEqual(writers.map((n) => n + 1));
    expect(sorted(tokensOf(events))).toEqual(writers);
  });

  it('decide all their commands, each exactly once, and the first creates the stream and its key', async () => {
    const stream = newStream('session');
    const say = (n: number) =>
      execute(fixture.store(), session, stream, metadata, (state) => failTurn(state, `${n}`));

    const executed = await Promise.all(writers.map(say));

    const { events } = await fixture.store().load(stream);
    expect(versionsOf(events)).toEqual(upTo(51).map((n) => n + 1));
    expect(events.filter(({ type }) => type === 'SessionStarted')).toHaveLength(1);
    expect(sorted(reasonsOf(events).map(Number))).toEqual(writers);
    expect(sorted(executed.map(({ version }) => version))).toEqual(writers.map((n) => n + 2));
  });
});

it('any number of writers with commits of any size leave a stream without gaps or duplicates', async () => {
  const writer = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(fc.array(writer, { minLength: 1, maxLength: 6 }), async (writers) => {
      const stream = newStream('usage');
      let token = 0;
      await Promise.all(
        writers.map(async (commits) => {
          const store = fixture.store();
          for (const size of commits) {
            await record(
              store,
              stream,
              metadata,
              upTo(size).map(() => used(token++)),
            );
          }
        }),
      );

      const { events, version } = await fixture.store().load(stream);
      expect(version).toBe(token);
      expect(versionsOf(events)).toEqual(upTo(token).map((n) => n + 1));
      expect(sorted(tokensOf(events))).toEqual(upTo(token));
    }),
    { numRuns: 20 },
  );
});

/** The engine's client, which loses the responses to some writes after they were done. */
function losing(client: TestEngine['client'], lose: () => boolean): TestEngine['client'] {
  const send = async (command: PutCommand) => {
    const answer = await client.send(command);
    const isWrite = command instanceof PutCommand || (command as unknown) instanceof TransactWriteCommand;
    if (isWrite && lose()) throw Object.assign(new Error('No answer came'), { name: 'TimeoutError' });
    return answer;
  };
  return { send } as TestEngine['client'];
}

describe('a write with a lost response', () => {
  const once = () => {
    let answers = 0;
    return () => answers++ === 0;
  };

  it.each<['usage' | 'session']>([['usage'], ['session']])(
    'of a command has one effect on a new %s stream',
    async (aggregate) => {
      const stream = newStream(aggregate);
      const store = fixture.store(losing(fixture.engine.client, once()));
      const event = aggregate === 'usage' ? used(7) : turnFailed('7');

      await record(store, stream, metadata, [event]);
      await record(store, stream, metadata, [event]);

      expect((await fixture.store().load(stream)).version).toBe(2);
    },
  );

  it('is found when the caller repeats the append, even in another process', async () => {
    const stream = newStream('session');
    const commit = commitOf('the-commit', turnFailed('the reason'));
    const lost = fixture.store(losing(fixture.engine.client, () => true)).append(stream, 0, commit);
    await expect(lost).rejects.toThrow('No answer came');

    expect(await fixture.store().append(stream, 0, commit)).toBe(1);

    expect(reasonsOf((await fixture.store().load(stream)).events)).toEqual(['the reason']);
  });

  it('is neither lost nor doubled, for any pattern of losses and any number of writers', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.infiniteStream(fc.boolean()),
        fc.integer({ min: 1, max: 8 }),
        async (losses, writers) => {
          const stream = newStream('usage');
          const lose = () => losses.next().value;
          const store = fixture.store(losing(fixture.engine.client, lose));

          await Promise.all(upTo(writers).map((n) => insist(store, stream, n)));

          const { events } = await fixture.store().load(stream);
          expect(versionsOf(events)).toEqual(upTo(writers).map((n) => n + 1));
          expect(sorted(tokensOf(events))).toEqual(upTo(writers));
        },
      ),
      { numRuns: 25 },
    );
  });

  /** Appends until there is a response: the same commit at the same version, or after the commit that is there. */
  async function insist(store: EventStore, stream: StreamId, n: number): Promise<void> {
    let version = 0;
    for (let tries = 0; tries < 200; tries++) {
      try {
        await store.append(stream, version, commitOf(`commit-${n}`, used(n)));
        return;
      } catch (error) {
        version = (error as { version?: number }).version ?? version;
      }
    }
    throw new Error(`No answer came to writer ${n}`);
  }
});

describe('clocks of writers', () => {
  it('do not affect the order: any times give the same versions in the same order', async () => {
    const moments = fc.array(
      fc.date({ min: new Date(0), max: new Date('9999-12-31T23:59:59.999Z'), noInvalidDate: true }),
      {
        minLength: 1,
        maxLength: 8,
      },
    );
    await fc.assert(
      fc.asyncProperty(moments, async (dates) => {
        const stream = newStream('usage');
        const store = fixture.store();
        for (const [n, occurredAt] of dates.entries()) {
          await store.append(stream, n, { ...commitOf(`c${n}`, used(n)), occurredAt });
        }

        const { events } = await store.load(stream);
        expect(versionsOf(events)).toEqual(dates.map((_, n) => n + 1));
        expect(tokensOf(events)).toEqual(upTo(dates.length));
        expect(events.map(({ occurredAt }) => occurredAt)).toEqual(dates.map((date) => date.toISOString()));
        expect((await store.load(stream, dates.length - 1)).events).toEqual(events.slice(-1));
      }),
      { numRuns: 25 },
    );
  });
});
