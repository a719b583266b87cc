import { describe, expect, it } from 'vitest';
import { rollOut } from './roll-out.ts';
import { StageFixture } from './testing/stage-fixture.ts';

const startedAt = '2026-11-27T10:00:00.000Z';
const ofWhat = (stage: StageFixture) =>
  stage.calls('PutObject', 'UpdateAlias', 'CreateDeployment').map(({ name }) => name);

describe('a rollout while another is in progress', () => {
  const inFlight = (statuses: string[], code?: string) => {
    const stage = new StageFixture();
    stage.publish('event-projector', 2);
    stage.deployments['d-7'] = {
      functionName: 'nova-event-projector',
      statuses,
      to: 2,
      ...(code && { code }),
    };
    return stage;
  };

  it('waits for it, reports that, and only then finds what is due', async () => {
    const stage = inFlight(['InProgress', 'InProgress', 'Succeeded']);
    stage.record = { startedAt, before: { 'nova-event-projector': 1 }, state: 'under-way' };

    await rollOut(stage.dependencies);

    expect(ofWhat(stage)).toEqual(['PutObject']);
    expect(stage.record.state).toBe('through');
    expect(stage.printed).toEqual([
      '  event-projector: deployment d-7 is in progress; waiting for its end',
      '  event-projector: deployment d-7 ended as Succeeded',
      'Every function runs its newest version.',
    ]);
  });

  it.each([
    ['failed', 'Failed', undefined],
    ['was stopped by an alarm', 'Stopped', 'ALARM_ACTIVE'],
  ])('retries a deployment that %s', async (_, end, code) => {
    const stage = inFlight(['InProgress', end], code);

    await rollOut(stage.dependencies);

    expect(stage.calls('CreateDeployment')).toHaveLength(1);
    expect(stage.of('event-projector').live).toBe(2);
  });

  it('does not undo the stop of a deployment', async () => {
    const stage = inFlight(['InProgress', 'Stopped']);

    await expect(rollOut(stage.dependencies)).rejects.toThrow(
      /deployment of event-projector was stopped .*nothing was rolled out.*`make rollout STAGE=prod` again/,
    );

    expect(ofWhat(stage)).toEqual([]);
  });

  it('fails when one does not end', async () => {
    const stage = inFlight(['InProgress']);
    stage.polling = { every: 1, atMost: 100 };

    await expect(rollOut(stage.dependencies)).rejects.toThrow(/d-7 of nova-event-projector has not ended/);

    expect(ofWhat(stage)).toEqual([]);
  });
});
