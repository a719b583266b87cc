import { expect, it } from 'vitest';
import { rollOut } from './roll-out.ts';
import { StageFixture } from './testing/stage-fixture.ts';

/** A stage with a version that is due; the alarm rings, so CodeDeploy stops each deployment that watches alarms. */
function ringingStage(): StageFixture {
  const stage = new StageFixture();
  stage.publish('event-projector', 2);
  return stage;
}
const override = (stage: StageFixture) =>
  stage.calls('CreateDeployment').map(({ input }) => input.overrideAlarmConfiguration);

it('watches the alarms of the deployment group, and asks nothing', async () => {
  const stage = ringingStage();

  await rollOut(stage.dependencies);

  expect(override(stage)).toEqual([undefined]);
  expect(stage.questions).toEqual([]);
});

it('ignores alarms for this deployment only, after a yes to a question that names the functions', async () => {
  const stage = ringingStage();
  stage.alarms = 'ignore';

  await rollOut(stage.dependencies);

  expect(stage.questions).toEqual([
    'No alarm will stop this rollout of stage prod, nor shift callers back: event-projector. Roll out?',
  ]);
  expect(override(stage)).toEqual([{ enabled: false }]);
  expect(stage.of('event-projector').live).toBe(2);
});

it('changes nothing without that yes', async () => {
  const stage = ringingStage();
  stage.alarms = 'ignore';
  stage.refuses = true;

  await expect(rollOut(stage.dependencies)).rejects.toThrow('Nothing was changed');

  expect(stage.calls('PutObject', 'UpdateAlias', 'CreateDeployment')).toEqual([]);
});

it('asks nothing when no version is due', async () => {
  const stage = new StageFixture();
  stage.alarms = 'ignore';

  await rollOut(stage.dependencies);

  expect(stage.questions).toEqual([]);
});
