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

/** How long to wait, in milliseconds. */
export interface Patience {
  /** Between two looks. */
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
 * Ids of the deployments of a function that have not ended.
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
        throw new UserError(`CodeDeploy knows no function ${functionName}: deploy first.`);
      });
    ids.push(...(page.deployments ?? []));
    nextToken = page.nextToken;
  } while (nextToken);
  return ids;
}

export async function lookAt(codedeploy: CodeDeploy, deploymentId: string): Promise<DeploymentInfo> {
  const { deploymentInfo = {} } = await codedeploy.send(new GetDeploymentCommand({ deploymentId }));
  return deploymentInfo;
}

/**
 * Follows a deployment to its end.
 * @param until milliseconds since 1970 after which nobody waits longer
 * @returns what became of it; undefined when it has not ended by then
 */
export async function follow(
  codedeploy: CodeDeploy,
  deploymentId: string,
  every: number,
  until: number,
): Promise<DeploymentInfo | undefined> {
  while (Date.now() < until) {
    const deployment = await lookAt(codedeploy, deploymentId);
    if (ended.includes(deployment.status)) return deployment;
    await wait(every);
  }
  return undefined;
}
