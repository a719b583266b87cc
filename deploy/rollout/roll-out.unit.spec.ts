import { describe, expect, it } from 'vitest';
import { awsError } from '../testing/scripted.ts';
import { rollOut } from './roll-out.ts';
import { StageFixture } from './testing/stage-fixture.ts';

const startedAt = '2026-11-27T10:00:00.000Z';
const changes = ['PutObject', 'UpdateAlias', 'CreateDeployment'];
const ofWhat = (stage: StageFixture) => stage.calls(...changes).map(({ name }) => name);

describe('a rollout', () => {
  it('records the versions that callers have before it shifts them, and its completion at the end', async () => {
    const stage = new StageFixture();
    stage.publish('event-projector', 2);
    const before = new Date().toISOString();

    await rollOut(stage.dependencies);

    expect(ofWhat(stage)).toEqual(['PutObject', 'CreateDeployment', 'PutObject']);
    expect(JSON.parse(String(stage.calls('PutObject')[0]?.input.Body)).state).toBe('under-way');
    expect(stage.record).toMatchObject({ before: { 'nova-event-projector': 1 }, state: 'through' });
    const startedAt = String(stage.record?.startedAt);
    expect([before, startedAt, new Date().toISOString()].toSorted()[1]).toBe(startedAt);
    expect(stage.of('event-projector').live).toBe(2);
  });

  it('records the commit that was applied last, also when it is resumed', async () => {
    const stage = new StageFixture();
    stage.commit = '392ae719e2455b720de03bd55f0f86c4f46d2cea';
    stage.publish('event-projector', 2);
    stage.fails.add('nova-event-projector');
    await expect(rollOut(stage.dependencies)).rejects.toThrow(/failed/);
    expect(stage.record).toMatchObject({ commit: stage.commit, state: 'under-way' });

    stage.fails.clear();
    stage.commit = 'fa1c3bb94f2a8e7b3a0d6c1e5f4b2a9d8c7e6f50';
    await rollOut(stage.dependencies);

    expect(stage.record).toMatchObject({ commit: stage.commit, state: 'through' });
  });

  it('that is not due changes nothing', async () => {
    const stage = new StageFixture();
    stage.record = { startedAt, before: { 'nova-event-projector': 1 }, state: 'taken-back' };

    await rollOut(stage.dependencies);

    expect(ofWhat(stage)).toEqual([]);
    expect(stage.printed).toEqual(['Every function runs its newest version.']);
  });

  it.each(['through', 'taken-back'] as const)('after one in state %s starts a new record', async (state) => {
    const stage = new StageFixture();
    stage.record = { startedAt, before: { 'nova-event-projector': 7, 'nova-agent-core': 4 }, state };
    stage.publish('event-projector', 2);

    await rollOut(stage.dependencies);

    expect(stage.record?.before).toEqual({ 'nova-event-projector': 1 });
    expect(stage.record?.startedAt).not.toBe(startedAt);
  });

  it('that failed stays under way, and names the function', async () => {
    const stage = new StageFixture();
    stage.publish('event-projector', 2);
    stage.publish('agent-core', 2);
    stage.fails.add('nova-agent-core');

    await expect(rollOut(stage.dependencies)).rejects.toThrow(
      /^The rollout of agent-core failed.*make rollback STAGE=prod/,
    );

    expect(stage.record).toMatchObject({
      before: { 'nova-event-projector': 1, 'nova-agent-core': 1 },
      state: 'under-way',
    });
  });

  it('in which one deployment cannot start waits for the others', async () => {
    const stage = new StageFixture({ CreateDeployment: awsError('DeploymentLimitExceededException') });
    stage.publish('event-projector', 2);
    stage.publish('agent-core', 2);

    await expect(rollOut(stage.dependencies)).rejects.toThrow(/failed/);

    expect(stage.printed.filter((line) => line.includes('DeploymentLimitExceeded'))).toHaveLength(2);
  });

  it('after an incomplete one keeps the versions from before that one', async () => {
    const stage = new StageFixture();
    stage.record = {
      startedAt,
      before: { 'nova-event-projector': 3, 'nova-agent-core': 5 },
      state: 'under-way',
    };
    Object.assign(stage.of('event-projector'), { live: 4, newest: 5 });
    Object.assign(stage.of('audio-handler'), { live: 8, newest: 9 });

    await rollOut(stage.dependencies);

    expect(stage.record).toEqual({
      startedAt,
      before: { 'nova-event-projector': 3, 'nova-agent-core': 5, 'nova-audio-handler': 8 },
      state: 'through',
    });
  });

  it('that was interrupted after its last shift becomes complete', async () => {
    const stage = new StageFixture();
    stage.record = { startedAt, before: { 'nova-event-projector': 3 }, state: 'under-way' };

    await rollOut(stage.dependencies);

    expect(stage.record.state).toBe('through');
    expect(stage.record.before).toEqual({ 'nova-event-projector': 3 });
  });

  it('leaves the record of a rollback that happened in the meantime', async () => {
    const stage = new StageFixture({
      CreateDeployment: () => {
        const { Body } = stage.calls('PutObject')[0]?.input ?? {};
        stage.takeRecord({ ...JSON.parse(String(Body)), state: 'taken-back' });
        return { deploymentId: 'd-1' };
      },
      GetDeployment: () => ({ deploymentInfo: { status: 'Succeeded' } }),
    });
    stage.publish('event-projector', 2);

    await rollOut(stage.dependencies);

    expect(stage.record?.state).toBe('taken-back');
  });

  it('first points an alias that a stopped deployment left split at one version', async () => {
    const stage = new StageFixture();
    Object.assign(stage.of('event-projector'), { newest: 2, split: true });

    await rollOut(stage.dependencies);

    expect(ofWhat(stage)).toEqual(['PutObject', 'UpdateAlias', 'CreateDeployment', 'PutObject']);
    expect(stage.calls('UpdateAlias')[0]?.input).toMatchObject({
      FunctionName: 'nova-event-projector',
      FunctionVersion: '1',
    });
  });
});
