import { UserError } from '@nova/shared/run-main';
import { describe, expect, it } from 'vitest';
import { awsError } from '../testing/scripted.ts';
import { rollBack } from './roll-back.ts';
import { rollOut } from './roll-out.ts';
import { rolledOut, StageFixture, startedAt, twoRolledOut } from './testing/stage-fixture.ts';

const done = 'Done. The next `make rollout` brings the newest versions back, so deploy a fix first.';
const live = (stage: StageFixture, ...names: string[]) => names.map((name) => stage.of(name).live);

describe('a rollback', () => {
  it('restores what the last rollout changed, and nothing else', async () => {
    const stage = rolledOut();

    await rollBack(stage.dependencies);

    expect(live(stage, 'event-projector', 'agent-core')).toEqual([3, 6]);
    expect(stage.calls('UpdateAlias')).toHaveLength(1);
    // A function that is not deployed yet, or no longer, must not block the rollback.
    expect(stage.calls('GetAlias').map(({ input }) => input.FunctionName)).toEqual(
      Array(2).fill('nova-event-projector'),
    );
    expect(stage.printed).toEqual(['  event-projector: version 4 → 3', done]);
    expect(stage.record).toEqual({ startedAt, before: { 'nova-event-projector': 3 }, state: 'taken-back' });
  });

  it('leaves a function that CodeDeploy rolled back already', async () => {
    const stage = twoRolledOut();
    stage.of('event-projector').live = 3;

    await rollBack(stage.dependencies);

    expect(stage.calls('UpdateAlias').map(({ input }) => input.FunctionName)).toEqual(['nova-agent-core']);
    expect(stage.printed).toContain('  event-projector: is at version 3 already');
  });

  it('gives all callers one version again when they are split between two', async () => {
    const stage = rolledOut();
    Object.assign(stage.of('event-projector'), { live: 3, split: true });

    await rollBack(stage.dependencies);

    expect(stage.of('event-projector')).toMatchObject({ live: 3, split: false });
    expect(stage.printed).toContain('  event-projector: all callers get version 3 again');
  });

  it('after a rollout that was interrupted and resumed restores the versions from before its first half', async () => {
    const stage = new StageFixture();
    stage.record = {
      startedAt,
      before: { 'nova-event-projector': 3, 'nova-agent-core': 5 },
      state: 'under-way',
    };
    Object.assign(stage.of('event-projector'), { live: 4, newest: 4 });
    Object.assign(stage.of('agent-core'), { live: 5, newest: 6 });

    await rollOut(stage.dependencies);
    expect(live(stage, 'event-projector', 'agent-core')).toEqual([4, 6]);
    await rollBack(stage.dependencies);

    expect(live(stage, 'event-projector', 'agent-core')).toEqual([3, 5]);
  });

  it('after a rollout that failed in part and a fix restores the versions from before the failed one', async () => {
    const stage = new StageFixture();
    for (const name of ['event-projector', 'agent-core']) stage.publish(name, 2);
    stage.fails.add('nova-agent-core');
    await expect(rollOut(stage.dependencies)).rejects.toThrow(/rollout of agent-core failed/);
    stage.fails.clear();
    for (const name of ['event-projector', 'agent-core', 'audio-handler']) stage.publish(name, 3);
    await rollOut(stage.dependencies);
    expect(live(stage, 'event-projector', 'agent-core', 'audio-handler')).toEqual([3, 3, 3]);

    await rollBack(stage.dependencies);

    expect(live(stage, 'event-projector', 'agent-core', 'audio-handler')).toEqual([1, 1, 1]);
  });

  it.each([
    ['without a rollout', undefined, /Nothing was rolled out to stage prod yet.*s3:\/\/state\/prod\/rollout/],
    ['a second time', 'taken-back', /of 2026-11-27T10:00:00.000Z, was rolled back already/],
  ] as const)('%s has nothing to roll back to', async (_, state, message) => {
    const stage = rolledOut();
    stage.record = state && { startedAt, before: { 'nova-event-projector': 3 }, state };

    const rollback = rollBack(stage.dependencies);

    await expect(rollback).rejects.toThrow(UserError);
    await expect(rollback).rejects.toThrow(message);
    expect(stage.calls('UpdateAlias', 'StopDeployment', 'PutObject')).toEqual([]);
  });

  it('is refused before anything changes when a version no longer exists', async () => {
    const stage = twoRolledOut({
      ListVersionsByFunction: ({ FunctionName }: { FunctionName: string }) => ({
        Versions: FunctionName === 'nova-agent-core' ? [{ Version: '6' }] : [{ Version: '3' }],
      }),
    });

    await expect(rollBack(stage.dependencies)).rejects.toThrow(
      /version 5 of nova-agent-core before, which no longer exists\. Nothing was changed/,
    );

    expect(stage.calls('UpdateAlias', 'StopDeployment', 'PutObject')).toEqual([]);
  });

  it('is also refused when a function is no longer part of the platform', async () => {
    const stage = rolledOut();
    stage.record = {
      startedAt,
      before: { 'nova-event-projector': 3, 'nova-telegraph-handler': 2 },
      state: 'through',
    };

    await expect(rollBack(stage.dependencies)).rejects.toThrow(/version 2 of nova-telegraph-handler/);

    expect(stage.calls('UpdateAlias')).toEqual([]);
  });

  it('restores all that it can, names what it cannot, and can be run again', async () => {
    let denied = true;
    const stage: StageFixture = twoRolledOut({
      UpdateAlias: (input: { FunctionName: string; FunctionVersion: string }) => {
        if (denied && input.FunctionName === 'nova-event-projector')
          awsError('TooManyRequestsException', 429)();
        return Object.assign(stage.callers[input.FunctionName] ?? {}, {
          live: Number(input.FunctionVersion),
        });
      },
    });

    await expect(rollBack(stage.dependencies)).rejects.toThrow(
      /^event-projector could not be rolled back.*`make rollback STAGE=prod` again/,
    );

    expect(live(stage, 'event-projector', 'agent-core')).toEqual([4, 5]);
    expect(stage.printed).toContain('  agent-core: version 6 → 5');
    expect(stage.printed.join()).toMatch(/✗ event-projector: TooManyRequestsException/);
    expect(stage.record?.state).toBe('through');

    denied = false;
    await rollBack(stage.dependencies);
    expect(live(stage, 'event-projector', 'agent-core')).toEqual([3, 5]);
    expect(stage.record?.state).toBe('taken-back');
  });
});
