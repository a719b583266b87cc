import { describe, expect, it } from 'vitest';
import { scripted } from '../../testing/scripted.ts';
import type { Deployed } from '../versions.ts';
import { shiftTraffic } from './traffic-shift.ts';

const deployed: Deployed = {
  name: 'video-handler',
  functionName: 'nova-video-handler',
  live: 3,
  shifting: false,
  versions: [1, 2, 3, 4],
};

describe('a traffic shift', () => {
  const run = (answers: readonly object[], atMost = 60_000) => {
    const { client, calls } = scripted({
      CreateDeployment: () => ({ deploymentId: 'd-1' }),
      GetDeployment: (_, call) => ({ deploymentInfo: answers[call] }),
    });
    return { calls, outcome: shiftTraffic(client, 'nova', { deployed, to: 4 }, { every: 1, atMost }) };
  };

  it('gives CodeDeploy both versions, and waits for the end', async () => {
    const { calls, outcome } = run([{ status: 'InProgress' }, { status: 'Succeeded' }]);

    expect(await outcome).toMatchObject({ succeeded: true, message: 'version 4 is live' });
    const input = calls[0]?.input as { revision: { appSpecContent: { content: string } } };
    expect(input).toMatchObject({
      applicationName: 'nova-rollouts',
      deploymentGroupName: 'nova-video-handler',
    });
    expect(JSON.parse(input.revision.appSpecContent.content).Resources).toEqual([
      {
        'nova-video-handler': {
          Type: 'AWS::Lambda::Function',
          Properties: {
            Name: 'nova-video-handler',
            Alias: 'live',
            CurrentVersion: '3',
            TargetVersion: '4',
          },
        },
      },
    ]);
  });

  it('that takes too long fails with the name of its deployment', async () => {
    const { outcome } = run(Array(1000).fill({ status: 'InProgress' }), 100);

    expect(await outcome).toMatchObject({
      succeeded: false,
      message: 'still in progress; see deployment d-1',
    });
  });

  it('that an alarm stopped fails with the alarm, and reports that traffic was shifted back', async () => {
    const { outcome } = run([
      {
        status: 'Stopped',
        errorInformation: { message: 'Alarm nova-api-failing rings' },
        rollbackInfo: { rollbackDeploymentId: 'd-2' },
      },
    ]);

    expect(await outcome).toMatchObject({
      succeeded: false,
      message: 'Alarm nova-api-failing rings; traffic was shifted back',
    });
  });
});
