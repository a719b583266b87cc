import { UserError } from '@nova/shared/run-main';
import { describe, expect, it } from 'vitest';
import { awsError, scripted } from '../../testing/scripted.ts';
import { activeDeployments } from './deployments.ts';
import { stopDeployment, waitUntilIdle } from './idle.ts';

const wait = (client: ReturnType<typeof scripted>['client'], seen: string[] = [], atMost = 60_000) =>
  waitUntilIdle(client, 'nova', 'nova-event-projector', { every: 1, atMost }, (id) => void seen.push(id));

describe('deployments in progress', () => {
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
    'of a stage that is not deployed fail with the remedy: deploy (%s)',
    async (name) => {
      const { client } = scripted({ ListDeployments: awsError(name) });

      await expect(activeDeployments(client, 'nova', 'nova-event-projector')).rejects.toThrow(
        /no deployment group for nova-event-projector: deploy the stage first/,
      );
    },
  );

  it('are awaited, as are those that CodeDeploy starts in the meantime', async () => {
    const { client, calls } = scripted({
      ListDeployments: (_, call) => ({ deployments: [['d-1'], ['d-2'], []][call] }),
      GetDeployment: ({ deploymentId }: { deploymentId: string }, call) => ({
        deploymentInfo: {
          status: call === 0 ? 'InProgress' : deploymentId === 'd-1' ? 'Failed' : 'Succeeded',
        },
      }),
    });
    const seen: string[] = [];

    await wait(client, seen);

    expect(seen).toEqual(['d-1', 'd-2']);
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
    ['that ended but is still listed', 'Succeeded'],
  ])('are not awaited past the time limit, and the message names the one %s', async (_, status) => {
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

describe('the stop of a deployment', () => {
  it('leaves traffic where it is: CodeDeploy does not roll back', async () => {
    const { client, calls } = scripted({ GetDeployment: () => ({ deploymentInfo: { creator: 'user' } }) });

    await stopDeployment(client, 'd-1');

    expect(calls.at(-1)).toEqual({
      name: 'StopDeployment',
      input: { deploymentId: 'd-1', autoRollbackEnabled: false },
    });
  });

  it('does not happen to a rollback of CodeDeploy', async () => {
    const { client, calls } = scripted({
      GetDeployment: () => ({ deploymentInfo: { creator: 'codeDeployRollback' } }),
    });

    await stopDeployment(client, 'd-1');

    expect(calls.map(({ name }) => name)).toEqual(['GetDeployment']);
  });

  it('ignores that a deployment ended in the meantime, and no other error', async () => {
    const ended = scripted({ StopDeployment: awsError('DeploymentAlreadyCompletedException') });
    await stopDeployment(ended.client, 'd-1');

    const denied = scripted({ StopDeployment: awsError('AccessDeniedException') });
    await expect(stopDeployment(denied.client, 'd-1')).rejects.toThrow('AccessDenied');
  });
});
