import { UserError } from '@nova/shared/run-main';
import { describe, expect, it } from 'vitest';
import { awsError } from '../testing/scripted.ts';
import { rollBack } from './roll-back.ts';
import { rollOut } from './roll-out.ts';
import { rolledOut, startedAt, twoRolledOut } from './testing/rolled-out.ts';
import { StageDouble } from './testing/stage-fixture.ts';

const done = 'Done. The next `make rollout` brings the newest versions back, so deploy what is mended first.';
const live = (stage: StageDouble, ...names: string[]) => names.map((name) => stage.of(name).live);

describe('a rollback', () => {
  it('takes back what the last rollout changed, and nothing else', async () => {
    const stage = rolledOut();

    await rollBack(stage.site);

    expect(live(stage, 'event-projector', 'agent-core')).toEqual([3, 6]);
    expect(stage.calls('UpdateAlias')).toHaveLength(1);
    // One that is not deployed yet, or not any more, must not stand in the way.
    expect(stage.calls('GetAlias').map(({ input }) => input.FunctionName)).toEqual(
      Array(2).fill('nova-event-projector'),
    );
    expect(stage.said).toEqual(['  event-projector: version 4 → 3', done]);
    expect(stage.record).toEqual({ startedAt, before: { 'nova-event-projector': 3 }, state: 'taken-back' });
  });

  it('leaves a function where it is that CodeDeploy took back already', async () => {
    const stage = twoRolledOut();
    stage.of('event-projector').live = 3;

    await rollBack(stage.site);

    expect(stage.calls('UpdateAlias').map(({ input }) => input.FunctionName)).toEqual(['nova-agent-core']);
    expect(stage.said).toContain('  event-projector: is at version 3 already');
  });

  it('gives all callers one version again where they are between two', async () => {
    const stage = rolledOut();
    Object.assign(stage.of('event-projector'), { live: 3, split: true });

    await rollBack(stage.site);

    expect(stage.of('event-projector')).toMatchObject({ live: 3, split: false });
    expect(stage.said).toContain('  event-projector: all of its callers get version 3 again');
  });

  it('after a rollout that was cut off and finished later goes to before its first half', async () => {
    const stage = new StageDouble();
    stage.record = {
      startedAt,
      before: { 'nova-event-projector': 3, 'nova-agent-core': 5 },
      state: 'under-way',
    };
    Object.assign(stage.of('event-projector'), { live: 4, newest: 4 });
    Object.assign(stage.of('agent-core'), { live: 5, newest: 6 });

    await rollOut(stage.site);
    expect(live(stage, 'event-projector', 'agent-core')).toEqual([4, 6]);
    await rollBack(stage.site);

    expect(live(stage, 'event-projector', 'agent-core')).toEqual([3, 5]);
  });

  it('after a rollout that failed in part and one that is mended goes to before the failed one', async () => {
    const stage = new StageDouble();
    for (const name of ['event-projector', 'agent-core']) stage.publish(name, 2);
    stage.fails.add('nova-agent-core');
    await expect(rollOut(stage.site)).rejects.toThrow(/agent-core did not get through/);
    stage.fails.clear();
    for (const name of ['event-projector', 'agent-core', 'audio-handler']) stage.publish(name, 3);
    await rollOut(stage.site);
    expect(live(stage, 'event-projector', 'agent-core', 'audio-handler')).toEqual([3, 3, 3]);

    await rollBack(stage.site);

    expect(live(stage, 'event-projector', 'agent-core', 'audio-handler')).toEqual([1, 1, 1]);
  });

  it.each([
    ['without a rollout', undefined, /Nothing was rolled out to stage prod yet.*s3:\/\/state\/prod\/rollout/],
    ['a second time', 'taken-back', /of 2026-11-27T10:00:00.000Z, was taken back already/],
  ] as const)('%s has nothing to go back to', async (_, state, said) => {
    const stage = rolledOut();
    stage.record = state && { startedAt, before: { 'nova-event-projector': 3 }, state };

    const rollback = rollBack(stage.site);

    await expect(rollback).rejects.toThrow(UserError);
    await expect(rollback).rejects.toThrow(said);
    expect(stage.calls('UpdateAlias', 'StopDeployment', 'PutObject')).toEqual([]);
  });

  it('is refused before anything changes when a version is not there any more', async () => {
    const stage = twoRolledOut({
      ListVersionsByFunction: ({ FunctionName }: { FunctionName: string }) => ({
        Versions: FunctionName === 'nova-agent-core' ? [{ Version: '6' }] : [{ Version: '3' }],
      }),
    });

    await expect(rollBack(stage.site)).rejects.toThrow(
      /version 5 of nova-agent-core before, which is not published any more\. Nothing was changed/,
    );

    expect(stage.calls('UpdateAlias', 'StopDeployment', 'PutObject')).toEqual([]);
  });

  it('is refused likewise when a function is not part of the platform any more', async () => {
    const stage = rolledOut();
    stage.record = {
      startedAt,
      before: { 'nova-event-projector': 3, 'nova-telegraph-handler': 2 },
      state: 'through',
    };

    await expect(rollBack(stage.site)).rejects.toThrow(/version 2 of nova-telegraph-handler/);

    expect(stage.calls('UpdateAlias')).toEqual([]);
  });

  it('brings back all that can be, says what cannot, and can be run again', async () => {
    let denied = true;
    const stage: StageDouble = twoRolledOut({
      UpdateAlias: (input: { FunctionName: string; FunctionVersion: string }) => {
        if (denied && input.FunctionName === 'nova-event-projector')
          awsError('TooManyRequestsException', 429)();
        return Object.assign(stage.callers[input.FunctionName] ?? {}, {
          live: Number(input.FunctionVersion),
        });
      },
    });

    await expect(rollBack(stage.site)).rejects.toThrow(
      /^event-projector could not be brought back.*`make rollback STAGE=prod` again/,
    );

    expect(live(stage, 'event-projector', 'agent-core')).toEqual([4, 5]);
    expect(stage.said).toContain('  agent-core: version 6 → 5');
    expect(stage.said.join()).toMatch(/✗ event-projector: TooManyRequestsException/);
    expect(stage.record?.state).toBe('through');

    denied = false;
    await rollBack(stage.site);
    expect(live(stage, 'event-projector', 'agent-core')).toEqual([3, 5]);
    expect(stage.record?.state).toBe('taken-back');
  });
});
