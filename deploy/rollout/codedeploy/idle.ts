import { setTimeout as wait } from 'node:timers/promises';
import { type DeploymentInfo, StopDeploymentCommand } from '@aws-sdk/client-codedeploy';
import { UserError } from '@nova/shared/run-main';
import {
  activeDeployments,
  type CodeDeploy,
  getDeployment,
  type Polling,
  waitForEnd,
} from './deployments.ts';

/** Handles a deployment in progress, before the wait for its end. */
export type OnDeployment = (deploymentId: string) => Promise<void> | void;

/**
 * Waits until no deployment of a function is in progress.
 * @param onEnd called for each deployment that ended
 * @throws UserError when one does not end in time
 */
export async function waitUntilIdle(
  codedeploy: CodeDeploy,
  prefix: string,
  functionName: string,
  { every, atMost }: Polling,
  onDeployment: OnDeployment,
  onEnd: (deploymentId: string, deployment: DeploymentInfo) => void = () => {},
): Promise<void> {
  const until = Date.now() + atMost;
  const active = () => activeDeployments(codedeploy, prefix, functionName);
  for (let ids = await active(); ids.length > 0; ids = await active()) {
    for (const id of ids) await onDeployment(id);
    for (const id of ids) {
      const deployment = await waitForEnd(codedeploy, id, every, until);
      if (!deployment) throw tooLong(id, functionName, atMost);
      onEnd(id, deployment);
    }
    // After a failed deployment CodeDeploy starts its own rollback, a moment later.
    await wait(every);
  }
}

/**
 * Stops a deployment, unless it is CodeDeploy's own rollback: that one ends soon, at the version that callers should get.
 * @returns whether a stop was requested
 */
export async function stopDeployment(codedeploy: CodeDeploy, deploymentId: string): Promise<boolean> {
  const { creator } = await getDeployment(codedeploy, deploymentId);
  if (creator === 'codeDeployRollback') return false;
  await codedeploy
    .send(new StopDeploymentCommand({ deploymentId, autoRollbackEnabled: false }))
    .catch((error: Error) => {
      if (error.name !== 'DeploymentAlreadyCompletedException') throw error;
    });
  return true;
}

const tooLong = (id: string, functionName: string, atMost: number) =>
  new UserError(
    `Deployment ${id} of ${functionName} has not ended within ${Math.round(atMost / 60_000)} minutes: find the cause in CodeDeploy's console, stop the deployment there if necessary, then run this command again.`,
  );
