import { describe, expect, it } from 'vitest';
import { awsError } from '../testing/scripted.ts';
import { rollOut } from './roll-out.ts';
import { StageDouble } from './testing/stage-fixture.ts';

const startedAt = '2026-11-27T10:00:00.000Z';
const changes = ['PutObject', 'UpdateAlias', 'CreateDeployment'];
const ofWhat = (stage: StageDouble) => stage.calls(...changes).map(({ name }) => name);

describe('a rollout', () => {
  it('keeps what callers had before it moves them, and says at the end that it got through', async () => {
    const stage = new StageDouble();
    stage.publish('event-projector', 2);
    const before = new Date().toISOString();

    await rollOut(stage.site);

    expect(ofWhat(stage)).toEqual(['PutObject', 'CreateDeployment', 'PutObject']);
    expect(JSON.parse(String(stage.calls('PutObject')[0]?.input.Body)).state).toBe('under-way');
    expect(stage.record).toMatchObject({ before: { 'nova-event-projector': 1 }, state: 'through' });
    const startedAt = String(stage.record?.startedAt);
    expect([before, startedAt, new Date().toISOString()].toSorted()[1]).toBe(startedAt);
    expect(stage.of('event-projector').live).toBe(2);
  });

  it('that is not due changes nothing', async () => {
    const stage = new StageDouble();
    stage.record = { startedAt, before: { 'nova-event-projector': 1 }, state: 'taken-back' };

    await rollOut(stage.site);

    expect(ofWhat(stage)).toEqual([]);
    expect(stage.said).toEqual(['Every function runs its newest version.']);
  });

  it.each(['through', 'taken-back'] as const)('after one that is %s starts a new record', async (state) => {
    const stage = new StageDouble();
    stage.record = { startedAt, before: { 'nova-event-projector': 7, 'nova-agent-core': 4 }, state };
    stage.publish('event-projector', 2);

    await rollOut(stage.site);

    expect(stage.record?.before).toEqual({ 'nova-event-projector': 1 });
    expect(stage.record?.startedAt).not.toBe(startedAt);
  });

  it('that did not get through stays under way, and names who failed', async () => {
    const stage = new StageDouble();
    stage.publish('event-projector', 2);
    stage.publish('agent-core', 2);
    stage.fails.add('nova-agent-core');

    await expect(rollOut(stage.site)).rejects.toThrow(
      /^agent-core did not get through.*make rollback STAGE=prod/,
    );

    expect(stage.record).toMatchObject({
      before: { 'nova-event-projector': 1, 'nova-agent-core': 1 },
      state: 'under-way',
    });
  });

  it('in which one cannot even start waits for the others', async () => {
    const stage = new StageDouble({ CreateDeployment: awsError('DeploymentLimitExceededException') });
    stage.publish('event-projector', 2);
    stage.publish('agent-core', 2);

    await expect(rollOut(stage.site)).rejects.toThrow(/did not get through/);

    expect(stage.said.filter((line) => line.includes('DeploymentLimitExceeded'))).toHaveLength(2);
  });

  it('after one that did not get through keeps what callers had before that one', async () => {
    const stage = new StageDouble();
    stage.record = {
      startedAt,
      before: { 'nova-event-projector': 3, 'nova-agent-core': 5 },
      state: 'under-way',
    };
    Object.assign(stage.of('event-projector'), { live: 4, newest: 5 });
    Object.assign(stage.of('audio-handler'), { live: 8, newest: 9 });

    await rollOut(stage.site);

    expect(stage.record).toEqual({
      startedAt,
      before: { 'nova-event-projector': 3, 'nova-agent-core': 5, 'nova-audio-handler': 8 },
      state: 'through',
    });
  });

  it('that was cut off when all was done already is through', async () => {
    const stage = new StageDouble();
    stage.record = { startedAt, before: { 'nova-event-projector': 3 }, state: 'under-way' };

    await rollOut(stage.site);

    expect(stage.record.state).toBe('through');
    expect(stage.record.before).toEqual({ 'nova-event-projector': 3 });
  });

  it('says nothing of itself where somebody took it back meanwhile', async () => {
    const stage = new StageDouble({
      CreateDeployment: () => {
        const { Body } = stage.calls('PutObject')[0]?.input ?? {};
        stage.takeRecord({ ...JSON.parse(String(Body)), state: 'taken-back' });
        return { deploymentId: 'd-1' };
      },
      GetDeployment: () => ({ deploymentInfo: { status: 'Succeeded' } }),
    });
    stage.publish('event-projector', 2);

    await rollOut(stage.site);

    expect(stage.record?.state).toBe('taken-back');
  });

  it('makes callers whole first that a stopped deployment left between two versions', async () => {
    const stage = new StageDouble();
    Object.assign(stage.of('event-projector'), { newest: 2, split: true });

    await rollOut(stage.site);

    expect(ofWhat(stage)).toEqual(['PutObject', 'UpdateAlias', 'CreateDeployment', 'PutObject']);
    expect(stage.calls('UpdateAlias')[0]?.input).toMatchObject({
      FunctionName: 'nova-event-projector',
      FunctionVersion: '1',
    });
  });
});
