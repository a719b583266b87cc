import { UserError } from '@nova/shared/run-main';
import { describe, expect, it } from 'vitest';
import { awsError, scripted } from '../../testing/scripted.ts';
import { activeDeployments } from './deployments.ts';
import { stopDeployment, untilIdle } from './idle.ts';

const wait = (client: ReturnType<typeof scripted>['client'], met: string[] = [], atMost = 60_000) =>
  untilIdle(client, 'nova', 'nova-event-projector', { every: 1, atMost }, (id) => void met.push(id));

describe('deployments under way', () => {
  it('are found on all pages, in the group of the function', async () => {
    const { client, calls } = scripted({
      ListDeployments: ({ nextToken }: { nextToken?: string }) =>
        nextToken ? { deployments: ['d-2'] } : { deployments: ['d-1'], nextToken: 'more' },
    });

    expect(await activeDeployments(client, 'nova', 'nova-event-projector')).toEqual(['d-1', 'd-2']);

    expect(calls.map(({ input }) => input)).toEqual(
      [undefined, 'more'].map((nextToken) => ({
        applicationName: 'nova-rollouts',
        deploymentGroupName: 'nova-event-projector',
        includeOnlyStatuses: ['Created', 'Queued', 'InProgress', 'Baking', 'Ready'],
        nextToken,
      })),
    );
  });

  it.each(['ApplicationDoesNotExistException', 'DeploymentGroupDoesNotExistException'])(
    'of a stage that is not deployed: says to deploy (%s)',
    async (name) => {
      const { client } = scripted({ ListDeployments: awsError(name) });

      await expect(activeDeployments(client, 'nova', 'nova-event-projector')).rejects.toThrow(
        /no function nova-event-projector: deploy first/,
      );
    },
  );

  it('are waited for, and those that CodeDeploy starts meanwhile too', async () => {
    const { client, calls } = scripted({
      ListDeployments: (_, call) => ({ deployments: [['d-1'], ['d-2'], []][call] }),
      GetDeployment: ({ deploymentId }: { deploymentId: string }, call) => ({
        deploymentInfo: {
          status: call === 0 ? 'InProgress' : deploymentId === 'd-1' ? 'Failed' : 'Succeeded',
        },
      }),
    });
    const met: string[] = [];

    await wait(client, met);

    expect(met).toEqual(['d-1', 'd-2']);
    expect(calls.map(({ name, input }) => [name, input.deploymentId ?? ''].join(' ').trim())).toEqual([
      'ListDeployments',
      'GetDeployment d-1',
      'GetDeployment d-1',
      'ListDeployments',
      'GetDeployment d-2',
      'ListDeployments',
    ]);
  });

  it.each([
    ['that does not end', 'InProgress'],
    ['that ended but goes on to be listed', 'Succeeded'],
  ])('one %s is named when patience ends', async (_, status) => {
    const { client } = scripted({
      ListDeployments: () => ({ deployments: ['d-1'] }),
      GetDeployment: () => ({ deploymentInfo: { status } }),
    });

    const waiting = wait(client, [], 30);

    await expect(waiting).rejects.toThrow(UserError);
    await expect(waiting).rejects.toThrow(
      /d-1 of nova-event-projector has not ended .*CodeDeploy's console.*again/,
    );
  });
});

describe('to stop a deployment', () => {
  it('leaves callers to who stops it, not to CodeDeploy', async () => {
    const { client, calls } = scripted({ GetDeployment: () => ({ deploymentInfo: { creator: 'user' } }) });

    await stopDeployment(client, 'd-1');

    expect(calls.at(-1)).toEqual({
      name: 'StopDeployment',
      input: { deploymentId: 'd-1', autoRollbackEnabled: false },
    });
  });

  it('is not done to the way back of CodeDeploy', async () => {
    const { client, calls } = scripted({
      GetDeployment: () => ({ deploymentInfo: { creator: 'codeDeployRollback' } }),
    });

    await stopDeployment(client, 'd-1');

    expect(calls.map(({ name }) => name)).toEqual(['GetDeployment']);
  });

  it('does not mind one that ended meanwhile, but all else', async () => {
    const ended = scripted({ StopDeployment: awsError('DeploymentAlreadyCompletedException') });
    await stopDeployment(ended.client, 'd-1');

    const denied = scripted({ StopDeployment: awsError('AccessDeniedException') });
    await expect(stopDeployment(denied.client, 'd-1')).rejects.toThrow('AccessDenied');
  });
});
