import { marshall } from '@aws-sdk/util-dynamodb';
import { contentStream } from '@nova/shared/events/index';
import { streamKey, versionKey } from '@nova/shared/tables';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Connection } from '../connection/connection.ts';
import { CliError } from '../errors.ts';
import { commitName } from '../events/stored.ts';
import { projectorOf } from '../projector/ask.ts';
import { aLambda } from '../testing/lambda-fixture.ts';
import { anSqs } from '../testing/sqs-fixture.ts';
import { discardedBatch } from './discarded.ts';
import type { DeadLetter, Discarded, Quarantined } from './failure.ts';
import { redriveFailures } from './redrive-failures.ts';

const { signal } = new AbortController();
const stream = streamKey(contentStream('t', 'x'));
const metadata = { correlationId: 'c', causationId: 'r', actor: 'key:t' };

describe('a batch that Lambda discarded', () => {
  const record = (version: number, event: object, eventName = 'INSERT') => {
    const Keys = marshall({ pk: stream, sk: versionKey(version) });
    const stored = { schemaVersion: 1, occurredAt: '2026-01-01T00:00:00.000Z', metadata, data: {}, ...event };
    return {
      eventName,
      dynamodb: { Keys, NewImage: { ...Keys, ...marshall({ commitId: 'x', count: 1, events: [stored] }) } },
    };
  };
  const body = (...Records: object[]) => ({
    version: '1.0',
    timestamp: '2026-01-01T00:00:00.000Z',
    requestContext: { condition: 'RetryAttemptsExhausted', approximateInvokeCount: 6 },
    // Bytes are Base64 in Lambda's JSON.
    payload: JSON.stringify({ Records }, (_, value) =>
      value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value,
    ),
  });

  it('is read as its commits in order, each with the reason why it cannot be read', () => {
    const deleted = { type: 'ContentDeleted' };
    const uploaded = {
      type: 'ContentUploaded',
      data: { kind: 'document', contentType: 'text/plain', bytes: 1, objectKey: 'k' },
      sealed: new Uint8Array([1]),
    };

    const batch = discardedBatch(
      'aws/lambda/o',
      body(
        record(3, { type: 'ContentTeleported' }),
        record(1, uploaded),
        record(2, deleted),
        record(9, deleted, 'REMOVE'),
      ),
    );

    expect(batch?.commits.map(({ version, reason }) => [version, reason])).toEqual([
      [1, 'every retry failed'],
      [2, 'every retry failed'],
      [3, expect.stringMatching(/unknown type ContentTeleported/)],
    ]);
    expect(batch).toMatchObject({ key: 'aws/lambda/o', reason: 'every retry failed' });
  });

  it.each([[undefined], [{}], [{ ...body(), payload: '{' }], [{ ...body(), payload: '{"Records":[{}]}' }]])(
    'is not read from another object (%j)',
    (object) => {
      expect(discardedBatch('o', object)).toBeUndefined();
    },
  );
});

const commitAt = (id: string, version: number) => ({ stream: `t#job#${id}`, version, reason: 'why' });
const quarantined = (id: string, version: number): Quarantined => ({
  kind: 'parked',
  key: commitName(commitAt(id, version)),
  object: `parked/${id}@${version}`,
  reason: 'why',
  since: '2026-01-01T00:00:00Z',
  commits: [commitAt(id, version)],
});
const discarded = (object: string, ...commits: ReturnType<typeof commitAt>[]): Discarded => ({
  kind: 'discarded',
  key: object,
  object,
  reason: 'every retry failed',
  since: '2026-01-01T00:00:00Z',
  commits,
});

const deadLetter = (id: string): DeadLetter => ({
  kind: 'dead letter',
  key: id,
  queueUrl: 'q',
  receipt: id,
  target: 'event-handler',
  payload: '{}',
  reason: 'why',
  since: '2026-01-01T00:00:00Z',
});

/** A platform with commits that its projector cannot read, and commits that are not in the store. */
function platform(unreadable: readonly string[], missing: readonly string[] = []) {
  const removed: string[] = [];
  const lambda = aLambda(({ stream, version }: { stream: string; version: number }) => {
    const place = commitName({ stream, version });
    if (missing.includes(place)) return { payload: { outcome: 'missing' } };
    return {
      payload: unreadable.includes(place)
        ? { outcome: 'unreadable', reason: 'poison' }
        : { outcome: 'projected' },
    };
  });
  const s3 = { send: async ({ input }: { input: { Key: string } }) => void removed.push(input.Key) };
  const connection = { ...lambda, s3, failureBucket: 'b' } as unknown as Connection;
  const requested = () => (lambda.requests as { stream: string; version: number }[]).map(commitName);
  return { removed, requested, connection, ask: projectorOf(lambda) };
}

describe('a redrive', () => {
  it('keeps failures that still fail, and skips the commits after them', async () => {
    const { connection, ask, removed, requested } = platform(['t#job#a@2']);
    const failures = [quarantined('a', 1), quarantined('a', 2), quarantined('a', 3), quarantined('b', 1)];

    const outcomes = await redriveFailures(connection, ask, failures, signal);

    expect(outcomes.map(({ problem }) => problem)).toEqual([undefined, 'poison', 'waits for @2', undefined]);
    expect(removed).toEqual(['parked/a@1', 'parked/b@1']);
    expect(requested().sort()).toEqual(['t#job#a@1', 't#job#a@2', 't#job#b@1']);
  });

  it('keeps a batch while one of its commits fails', async () => {
    const { connection, ask, removed } = platform(['t#job#b@1']);
    const failures = [
      discarded('one', commitAt('a', 1), commitAt('b', 1)),
      discarded('two', commitAt('a', 2)),
    ];

    const outcomes = await redriveFailures(connection, ask, failures, signal);

    expect(outcomes.map(({ problem }) => problem)).toEqual(['poison', undefined]);
    expect(removed).toEqual(['two']);
  });

  it('continues after a commit that the store does not have', async () => {
    const { connection, ask, removed } = platform([], ['t#job#a@1']);

    const outcomes = await redriveFailures(
      connection,
      ask,
      [quarantined('a', 1), quarantined('a', 2)],
      signal,
    );

    expect(outcomes.map(({ problem }) => problem)).toEqual(['the store has no such commit', undefined]);
    expect(removed).toEqual(['parked/a@2']);
  });

  it('reports an error with one commit or object, and continues with the others', async () => {
    const { ask, removed, connection } = platform([]);
    const failing: typeof ask = async (request, answer, aborts) => {
      if ('stream' in request && request.stream === 't#job#a') throw new CliError('the projector failed');
      return ask(request, answer, aborts);
    };
    const { s3: works } = connection as unknown as { s3: { send(command: object): Promise<void> } };
    const s3 = {
      send: (command: { input: { Key: string } }) =>
        command.input.Key === 'parked/b@1' ? Promise.reject(new Error('no such luck')) : works.send(command),
    };
    const failures = [quarantined('a', 1), quarantined('a', 2), quarantined('b', 1), quarantined('c', 1)];

    const outcomes = await redriveFailures(
      { ...connection, s3 } as unknown as Connection,
      failing,
      failures,
      signal,
    );

    expect(outcomes.map(({ problem }) => problem)).toEqual([
      'the projector failed',
      'waits for @1',
      'Error: no such luck',
      undefined,
    ]);
    expect(removed).toEqual(['parked/c@1']);
  });

  it('keeps a dead letter that could not be delivered, and delivers the next', async () => {
    const sqs = anSqs({});
    const lambda = aLambda((_, index) => (index === 0 ? new Error('no room') : { payload: null }));
    const connection = { ...lambda, ...sqs } as unknown as Connection;
    const done: number[] = [];

    const outcomes = await redriveFailures(
      connection,
      projectorOf(lambda),
      [deadLetter('one'), deadLetter('two')],
      signal,
      (count) => done.push(count),
    );

    expect(outcomes.map(({ problem }) => problem)).toEqual(['Error: no room', undefined]);
    expect([sqs.removed, done]).toEqual([['two'], [1, 2]]);
  });

  it('ends when it is interrupted, and removes nothing that was not redriven', async () => {
    const { ask, removed, connection } = platform([]);
    const interrupt = new AbortController();
    const interrupted: typeof ask = async (request, answer, aborts) => {
      interrupt.abort();
      aborts.throwIfAborted();
      return ask(request, answer, aborts);
    };

    await expect(
      redriveFailures(connection, interrupted, [quarantined('a', 1)], interrupt.signal),
    ).rejects.toThrow(/abort/);
    expect(removed).toEqual([]);
  });

  it('redrives each commit once, each stream in order, however failures overlap', async () => {
    const commits = fc.array(
      fc.record({ id: fc.constantFrom('a', 'b', 'c'), version: fc.integer({ min: 1, max: 9 }) }),
      {
        maxLength: 20,
      },
    );
    await fc.assert(
      fc.asyncProperty(commits, async (places) => {
        const { connection, ask, requested } = platform([]);
        const all = places.map(({ id, version }) => quarantined(id, version));
        const batch = discarded('batch', ...places.map(({ id, version }) => commitAt(id, version)));

        await redriveFailures(connection, ask, [...all, batch], signal);

        expect(requested().length).toBe(new Set(requested()).size);
        expect(new Set(requested())).toEqual(new Set(all.map(({ key }) => key)));
        for (const id of ['a', 'b', 'c']) {
          const versions = requested().filter((place) => place.startsWith(`t#job#${id}@`));
          expect(versions).toEqual([...versions].sort());
        }
      }),
    );
  });
});
