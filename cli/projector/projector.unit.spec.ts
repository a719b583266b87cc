import type { ReplayProgress, VerifyPage } from '@nova/shared/operations';
import { describe, expect, it } from 'vitest';
import { CliError } from '../errors.ts';
import { aLambda } from '../testing/lambda-fixture.ts';
import { projectorOf } from './ask.ts';
import { replay } from './replay.ts';
import { verify } from './verify.ts';

const { signal } = new AbortController();
const page = (more: Partial<VerifyPage> = {}): VerifyPage => ({
  streams: 2,
  events: 5,
  rows: 3,
  differences: [],
  unreadable: [],
  total: 9,
  ...more,
});
const slice = (phase: ReplayProgress['phase'], commits: number): ReplayProgress => ({
  phase,
  generation: 2,
  commits,
  streams: 1,
  total: 10,
  unreadable: [],
});

describe('asking the projector', () => {
  it('retries after a failure of the sandbox, up to three attempts', async () => {
    const timeout = { functionError: { errorType: 'Sandbox.Timedout', errorMessage: 'Task timed out' } };
    const recovers = aLambda((_, index) => (index < 2 ? timeout : { payload: page() }));
    const never = aLambda(() => timeout);

    expect(await verify(projectorOf(recovers), signal)).toMatchObject({ streams: 2 });
    await expect(verify(projectorOf(never), signal)).rejects.toThrow(
      /^nova-event-projector failed to verify: Sandbox.Timedout: Task timed out/,
    );
    expect([recovers.requests.length, never.requests.length]).toEqual([3, 3]);
  });

  it('does not retry after an error of the function itself', async () => {
    const lambda = aLambda(() => ({
      functionError: { errorType: 'ConflictError', errorMessage: 'another replay\nruns' },
    }));

    await expect(replay(projectorOf(lambda), 'job', signal)).rejects.toThrow(
      /failed to replay: ConflictError: another replay runs/,
    );
    expect(lambda.requests).toEqual([{ operation: 'replay', projection: 'job' }]);
  });

  it.each([[null], [{ batchItemFailures: [] }], ['text']])(
    'names the remedy when another version responds with %j',
    async (payload) => {
      const lambda = aLambda(() => ({ payload }));

      await expect(verify(projectorOf(lambda), signal)).rejects.toThrow(/deploy this version/);
    },
  );
});

describe('verifying', () => {
  it('continues where each slice ended, and adds the results up', async () => {
    const difference = { stream: 't#job#a', row: 'r', kind: 'behind' as const, detail: 'd' };
    const lambda = aLambda((_, index) => ({
      payload: index === 0 ? page({ cursor: 'c1', differences: [difference] }) : page({ streams: 1 }),
    }));
    const seen: number[] = [];

    const result = await verify(projectorOf(lambda), signal, ({ streams }) => seen.push(streams));

    expect(lambda.requests).toEqual([{ operation: 'verify' }, { operation: 'verify', cursor: 'c1' }]);
    expect(result).toEqual({
      streams: 3,
      events: 10,
      rows: 6,
      differences: [difference],
      unreadable: [],
      total: 9,
    });
    expect(seen).toEqual([2, 3]);
  });

  it('ends with an error when slices make no progress', async () => {
    const lambda = aLambda(() => ({ payload: page({ cursor: 'same' }) }));

    await expect(verify(projectorOf(lambda), signal)).rejects.toThrow(CliError);
    expect(lambda.requests).toHaveLength(2);
  });
});

describe('replaying', () => {
  const script = (...slices: ReplayProgress[]) =>
    aLambda((_, index) => ({ payload: slices[Math.min(index, slices.length - 1)] }));

  it('asks for slices until it is done', async () => {
    const lambda = script(
      slice('building', 5),
      slice('building', 10),
      slice('retiring', 10),
      slice('done', 10),
    );
    const phases: string[] = [];

    const onSlice = ({ phase }: ReplayProgress) => void phases.push(phase);
    const result = await replay(projectorOf(lambda), 'job', signal, { onSlice });

    expect(result).toEqual(slice('done', 10));
    expect(phases).toEqual(['building', 'building', 'retiring', 'done']);
  });

  it('stops when it is blocked, and in the phases of stopIn', async () => {
    const blocked = script(slice('building', 5), slice('blocked', 9));
    const switched = script(slice('building', 5), slice('retiring', 9));

    expect(await replay(projectorOf(blocked), 'job', signal)).toMatchObject({ phase: 'blocked' });
    expect(await replay(projectorOf(switched), 'job', signal, { stopIn: ['retiring'] })).toMatchObject({
      phase: 'retiring',
    });
    expect(switched.requests).toHaveLength(2);
  });

  it('ends with an error after too many slices without progress', async () => {
    const lambda = script(slice('building', 5));

    await expect(replay(projectorOf(lambda), 'job', signal, { idleMs: 0, idleSlices: 5 })).rejects.toThrow(
      /makes no progress/,
    );
    expect(lambda.requests).toHaveLength(6);
  });

  it('waits while old rows are removed', async () => {
    const sweeping = Array.from({ length: 20 }, (_, at) => ({ ...slice('retiring', 5), swept: at * 100 }));
    const lambda = script(...sweeping, slice('done', 5));

    const result = await replay(projectorOf(lambda), 'job', signal, { idleMs: 0, idleSlices: 2 });

    expect([result.phase, lambda.requests.length]).toEqual(['done', 21]);
  });

  it('stops between two slices when it is interrupted', async () => {
    const lambda = script(slice('retiring', 5));
    const interrupt = new AbortController();
    const onSlice = () => interrupt.abort();

    await expect(
      replay(projectorOf(lambda), 'job', interrupt.signal, { onSlice, idleMs: 60_000 }),
    ).rejects.toThrow();
    expect(lambda.requests.length).toBeLessThan(3);
  });
});
