import { setTimeout as wait } from 'node:timers/promises';
import { type DeploymentInfo, StopDeploymentCommand } from '@aws-sdk/client-codedeploy';
import { UserError } from '@nova/shared/run-main';
import { activeDeployments, type CodeDeploy, follow, lookAt, type Patience } from './deployments.ts';

/** What is done about a deployment that is under way, before its end is waited for. */
export type Meet = (deploymentId: string) => Promise<void> | void;

/**
 * Waits until CodeDeploy moves nothing of a function any more.
 * @param heard told of each deployment that ended
 * @throws UserError when one does not end in time
 */
export async function untilIdle(
  codedeploy: CodeDeploy,
  prefix: string,
  functionName: string,
  { every, atMost }: Patience,
  meet: Meet,
  heard: (deploymentId: string, deployment: DeploymentInfo) => void = () => {},
): Promise<void> {
  const until = Date.now() + atMost;
  const active = () => activeDeployments(codedeploy, prefix, functionName);
  for (let ids = await active(); ids.length > 0; ids = await active()) {
    for (const id of ids) await meet(id);
    for (const id of ids) {
      const deployment = await follow(codedeploy, id, every, until);
      if (!deployment) throw tooLong(id, functionName, atMost);
      heard(id, deployment);
    }
    // One that failed is followed by CodeDeploy's own way back, a moment later.
    await wait(every);
  }
}

/**
 * Stops a deployment where it is, unless it is CodeDeploy's own way back: that one ends soon, where callers should be.
 * @returns whether it is to be stopped
 */
export async function stopDeployment(codedeploy: CodeDeploy, deploymentId: string): Promise<boolean> {
  const { creator } = await lookAt(codedeploy, deploymentId);
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
    `Deployment ${id} of ${functionName} has not ended within ${Math.round(atMost / 60_000)} minutes: see in CodeDeploy's console what holds it, stop it there if need be, then run this again.`,
  );
