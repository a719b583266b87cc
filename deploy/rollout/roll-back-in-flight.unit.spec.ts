import { describe, expect, it } from 'vitest';
import { rollBack } from './roll-back.ts';
import { rolledOut, type StageFixture, startedAt, twoRolledOut } from './testing/stage-fixture.ts';

describe('a rollback while a deployment is in progress', () => {
  const moving = (creator: string, statuses: string[]) => {
    const stage = twoRolledOut();
    Object.assign(stage.of('event-projector'), { live: 3, split: true });
    stage.deployments['d-1'] = { functionName: 'nova-event-projector', statuses, creator };
    return stage;
  };
  const ofProjector = (stage: StageFixture) =>
    stage
      .calls('StopDeployment', 'GetDeployment', 'UpdateAlias')
      .filter(({ input }) => input.deploymentId || input.FunctionName === 'nova-event-projector')
      .map(({ name }) => name);

  it('stops it, and switches callers once it has ended', async () => {
    const stage = moving('user', ['InProgress']);

    await rollBack(stage.dependencies);

    expect(ofProjector(stage)).toEqual([
      'GetDeployment',
      'StopDeployment',
      'GetDeployment',
      'GetDeployment',
      'UpdateAlias',
    ]);
    expect(stage.of('event-projector')).toMatchObject({ live: 3, split: false });
    expect(stage.printed[0]).toBe('  event-projector: deployment d-1 is in progress; stopping it');
    expect(stage.record?.state).toBe('taken-back');
  });

  it('waits for a rollback of CodeDeploy', async () => {
    const stage = moving('codeDeployRollback', ['InProgress', 'InProgress', 'Succeeded']);

    await rollBack(stage.dependencies);

    expect(ofProjector(stage)).toEqual(['GetDeployment', 'GetDeployment', 'GetDeployment', 'UpdateAlias']);
    expect(stage.printed[0]).toBe(
      '  event-projector: deployment d-1 is rolling it back already; waiting for its end',
    );
  });

  it('also stops it when the rollout of the record was rolled back before', async () => {
    const stage = moving('user', ['InProgress']);
    stage.record = { startedAt, before: { 'nova-event-projector': 3 }, state: 'taken-back' };

    await rollBack(stage.dependencies);

    expect(stage.calls('StopDeployment')).toHaveLength(1);
  });

  it('leaves deployments of functions that the rollout did not change', async () => {
    const stage = rolledOut();
    stage.deployments['d-1'] = { functionName: 'nova-agent-core', statuses: ['InProgress'] };

    await rollBack(stage.dependencies);

    expect(stage.calls('StopDeployment')).toEqual([]);
  });

  it('fails for one after the time limit, and restores the others', async () => {
    const stage = moving('codeDeployRollback', ['InProgress']);
    stage.polling = { every: 1, atMost: 100 };

    await expect(rollBack(stage.dependencies)).rejects.toThrow(/^event-projector could not be rolled back/);

    expect(stage.printed.join()).toMatch(
      /✗ event-projector: Deployment d-1 of nova-event-projector has not ended/,
    );
    expect(stage.calls('UpdateAlias').map(({ input }) => input.FunctionName)).toEqual(['nova-agent-core']);
    expect(stage.record?.state).toBe('through');
  });
});
