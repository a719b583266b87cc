import { setTimeout as wait } from 'node:timers/promises';
import {
  type CodeDeployClient,
  type DeploymentInfo,
  type DeploymentStatus,
  GetDeploymentCommand,
  ListDeploymentsCommand,
} from '@aws-sdk/client-codedeploy';
import { rolloutsOf } from '@nova/shared/naming';
import { UserError } from '@nova/shared/run-main';

export type CodeDeploy = Pick<CodeDeployClient, 'send'>;

/** How often to ask, and for how long, in milliseconds. */
export interface Polling {
  readonly every: number;
  readonly atMost: number;
}

const underWay: DeploymentStatus[] = ['Created', 'Queued', 'InProgress', 'Baking', 'Ready'];
const ended: readonly (string | undefined)[] = [
  'Succeeded',
  'Failed',
  'Stopped',
] satisfies DeploymentStatus[];

/**
 * Ids of the deployments of a function that are in progress.
 * @throws UserError when the stage is not deployed
 */
export async function activeDeployments(
  codedeploy: CodeDeploy,
  prefix: string,
  functionName: string,
): Promise<string[]> {
  const ids: string[] = [];
  let nextToken: string | undefined;
  do {
    const page = await codedeploy
      .send(
        new ListDeploymentsCommand({
          applicationName: rolloutsOf(prefix),
          deploymentGroupName: functionName,
          includeOnlyStatuses: underWay,
          nextToken,
        }),
      )
      .catch((error: Error) => {
        if (!/^(Application|DeploymentGroup)DoesNotExist/.test(error.name)) throw error;
        throw new UserError(
          `CodeDeploy has no deployment group for ${functionName}: deploy the stage first.`,
        );
      });
    ids.push(...(page.deployments ?? []));
    nextToken = page.nextToken;
  } while (nextToken);
  return ids;
}

export async function getDeployment(codedeploy: CodeDeploy, deploymentId: string): Promise<DeploymentInfo> {
  const { deploymentInfo = {} } = await codedeploy.send(new GetDeploymentCommand({ deploymentId }));
  return deploymentInfo;
}

/**
 * Waits until a deployment has ended.
 * @param until milliseconds since 1970 at which the wait ends
 * @returns the deployment; undefined when it has not ended by then
 */
export async function waitForEnd(
  codedeploy: CodeDeploy,
  deploymentId: string,
  every: number,
  until: number,
): Promise<DeploymentInfo | undefined> {
  while (Date.now() < until) {
    const deployment = await getDeployment(codedeploy, deploymentId);
    if (ended.includes(deployment.status)) return deployment;
    await wait(every);
  }
  return undefined;
}
