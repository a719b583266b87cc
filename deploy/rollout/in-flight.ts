import type { DeploymentInfo } from '@aws-sdk/client-codedeploy';
import { type FunctionName, functionNames } from '@nova/shared/functions';
import { functionNameOf } from '@nova/shared/naming';
import { UserError } from '@nova/shared/run-main';
import { untilIdle } from './codedeploy/idle.ts';
import type { RolloutSite } from './dependencies.ts';

/**
 * Waits for the deployments of a rollout that was cut off: CodeDeploy takes no second one in a group.
 * @throws UserError when somebody stops one meanwhile, as a rollback does: who waited must not undo that
 */
export async function joinDeployments(site: RolloutSite): Promise<void> {
  const stopped = await Promise.all(functionNames.map((name) => joinOne(site, name)));
  const names = functionNames.filter((_, index) => stopped[index]);
  if (names.length === 0) return;
  throw new UserError(
    `Somebody stopped the deployment of ${names.join(', ')} while this waited for its end, as \`make rollback\` does, so nothing was rolled out: run \`make rollout STAGE=${site.settings.stage}\` again if callers should get the newest versions nevertheless.`,
  );
}

/** @returns whether somebody stopped it */
async function joinOne(site: RolloutSite, name: FunctionName): Promise<boolean> {
  const { codedeploy, patience, printLine } = site;
  const { prefix } = site.settings;
  const seen: DeploymentInfo[] = [];
  await untilIdle(
    codedeploy,
    prefix,
    functionNameOf(prefix, name),
    patience.rollout,
    (id) => printLine(`  ${name}: deployment ${id} is under way; waiting for its end`),
    (id, deployment) => {
      seen.push(deployment);
      printLine(`  ${name}: deployment ${id} ended as ${deployment.status}`);
    },
  );
  return seen.some(wasStoppedByHand);
}

/** An alarm stops deployments too. */
const wasStoppedByHand = ({ status, errorInformation }: DeploymentInfo) =>
  status === 'Stopped' && errorInformation?.code !== 'ALARM_ACTIVE';
