import { describe, expect, it } from 'vitest';
import { rollBack } from './roll-back.ts';
import { rolledOut, startedAt, twoRolledOut } from './testing/rolled-out.ts';
import type { StageDouble } from './testing/stage-fixture.ts';

describe('a rollback while a deployment is under way', () => {
  const moving = (creator: string, statuses: string[]) => {
    const stage = twoRolledOut();
    Object.assign(stage.of('event-projector'), { live: 3, split: true });
    stage.deployments['d-1'] = { functionName: 'nova-event-projector', statuses, creator };
    return stage;
  };
  const ofProjector = (stage: StageDouble) =>
    stage
      .calls('StopDeployment', 'GetDeployment', 'UpdateAlias')
      .filter(({ input }) => input.deploymentId || input.FunctionName === 'nova-event-projector')
      .map(({ name }) => name);

  it('stops it, and moves callers once it has ended', async () => {
    const stage = moving('user', ['InProgress']);

    await rollBack(stage.site);

    expect(ofProjector(stage)).toEqual([
      'GetDeployment',
      'StopDeployment',
      'GetDeployment',
      'GetDeployment',
      'UpdateAlias',
    ]);
    expect(stage.of('event-projector')).toMatchObject({ live: 3, split: false });
    expect(stage.said[0]).toBe('  event-projector: deployment d-1 is under way; stopping it');
    expect(stage.record?.state).toBe('taken-back');
  });

  it('waits for the way back of CodeDeploy', async () => {
    const stage = moving('codeDeployRollback', ['InProgress', 'InProgress', 'Succeeded']);

    await rollBack(stage.site);

    expect(ofProjector(stage)).toEqual(['GetDeployment', 'GetDeployment', 'GetDeployment', 'UpdateAlias']);
    expect(stage.said[0]).toBe(
      '  event-projector: deployment d-1 brings it back already; waiting for its end',
    );
  });

  it('stops it also when the rollout of the record was taken back before', async () => {
    const stage = moving('user', ['InProgress']);
    stage.record = { startedAt, before: { 'nova-event-projector': 3 }, state: 'taken-back' };

    await rollBack(stage.site);

    expect(stage.calls('StopDeployment')).toHaveLength(1);
  });

  it('leaves those of functions that the rollout did not change', async () => {
    const stage = rolledOut();
    stage.deployments['d-1'] = { functionName: 'nova-agent-core', statuses: ['InProgress'] };

    await rollBack(stage.site);

    expect(stage.calls('StopDeployment')).toEqual([]);
  });

  it('loses patience with one, and brings the others back', async () => {
    const stage = moving('codeDeployRollback', ['InProgress']);
    stage.patience = { every: 1, atMost: 100 };

    await expect(rollBack(stage.site)).rejects.toThrow(/^event-projector could not be brought back/);

    expect(stage.said.join()).toMatch(
      /✗ event-projector: Deployment d-1 of nova-event-projector has not ended/,
    );
    expect(stage.calls('UpdateAlias').map(({ input }) => input.FunctionName)).toEqual(['nova-agent-core']);
    expect(stage.record?.state).toBe('through');
  });
});
