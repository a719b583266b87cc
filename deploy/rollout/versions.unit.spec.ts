import { functionNames } from '@nova/shared/functions';
import { describe, expect, it } from 'vitest';
import { awsError, scripted } from '../testing/scripted.ts';
import { shift } from './codedeploy/traffic-shift.ts';
import { type Deployed, deployedFunctions, pointAlias } from './versions.ts';

const deployed: Deployed = {
  name: 'video-handler',
  functionName: 'nova-video-handler',
  live: 3,
  shifting: false,
  versions: [1, 2, 3, 4],
};

describe('what is deployed', () => {
  it('is every function, with its versions from all pages and what callers get', async () => {
    const { client } = scripted({
      GetAlias: () => ({ FunctionVersion: '9' }),
      ListVersionsByFunction: (input: { Marker?: string }) =>
        input.Marker
          ? { Versions: [{ Version: '10' }] }
          : { Versions: [{ Version: '$LATEST' }, { Version: '9' }, { Version: '2' }], NextMarker: 'more' },
    });

    const functions = await deployedFunctions(client, 'nova');

    expect(functions.map(({ name }) => name)).toEqual(functionNames);
    expect(functions[0]).toMatchObject({ live: 9, shifting: false, versions: [2, 9, 10] });
  });

  it('says which function is not there', async () => {
    const { client } = scripted({ GetAlias: awsError('ResourceNotFoundException', 404) });

    await expect(deployedFunctions(client, 'nova')).rejects.toThrow(
      /no function nova-[\w-]+ .* deploy first/,
    );
  });

  it('is given to all callers at once by a rollback', async () => {
    const { client, calls } = scripted({});

    await pointAlias(client, 'nova-video-handler', 3);

    expect(calls[0]?.input).toEqual({
      FunctionName: 'nova-video-handler',
      Name: 'live',
      FunctionVersion: '3',
      RoutingConfig: { AdditionalVersionWeights: {} },
    });
  });
});

describe('a shift', () => {
  const run = (answers: readonly object[], atMost = 60_000) => {
    const { client, calls } = scripted({
      CreateDeployment: () => ({ deploymentId: 'd-1' }),
      GetDeployment: (_, call) => ({ deploymentInfo: answers[call] }),
    });
    return { calls, outcome: shift(client, 'nova', { deployed, to: 4 }, { every: 1, atMost }) };
  };

  it('tells CodeDeploy from where to where, and waits for its end', async () => {
    const { calls, outcome } = run([{ status: 'InProgress' }, { status: 'Succeeded' }]);

    expect(await outcome).toMatchObject({ succeeded: true, said: 'version 4 is live' });
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

  it('that takes too long says which deployment to look at', async () => {
    const { outcome } = run(Array(1000).fill({ status: 'InProgress' }), 100);

    expect(await outcome).toMatchObject({ succeeded: false, said: 'still under way; see deployment d-1' });
  });

  it('that an alarm stopped says why, and that callers are where they were', async () => {
    const { outcome } = run([
      {
        status: 'Stopped',
        errorInformation: { message: 'Alarm nova-api-failing rings' },
        rollbackInfo: { rollbackDeploymentId: 'd-2' },
      },
    ]);

    expect(await outcome).toMatchObject({
      succeeded: false,
      said: 'Alarm nova-api-failing rings; callers were moved back',
    });
  });
});
