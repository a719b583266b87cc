import type { DeploymentInfo } from '@aws-sdk/client-codedeploy';
import { type FunctionName, functionNames } from '@nova/shared/functions';
import { functionNameOf } from '@nova/shared/naming';
import { UserError } from '@nova/shared/run-main';
import { waitUntilIdle } from './codedeploy/idle.ts';
import type { Dependencies } from './dependencies.ts';

/**
 * Waits for the deployments of an interrupted rollout: CodeDeploy runs one deployment a group at a time.
 * @throws UserError when a person stops one in the meantime, as a rollback does: a waiting rollout must not undo that
 */
export async function waitForDeploymentsInFlight(dependencies: Dependencies): Promise<void> {
  const stopped = await Promise.all(functionNames.map((name) => waitForOne(dependencies, name)));
  const names = functionNames.filter((_, index) => stopped[index]);
  if (names.length === 0) return;
  throw new UserError(
    `The deployment of ${names.join(', ')} was stopped while this command waited for its end, as \`make rollback\` does, so nothing was rolled out. To give callers the newest versions anyway, run \`make rollout STAGE=${dependencies.settings.stage}\` again.`,
  );
}

/** @returns whether a person stopped it */
async function waitForOne(dependencies: Dependencies, name: FunctionName): Promise<boolean> {
  const { codedeploy, polling, printLine } = dependencies;
  const { prefix } = dependencies.settings;
  const seen: DeploymentInfo[] = [];
  await waitUntilIdle(
    codedeploy,
    prefix,
    functionNameOf(prefix, name),
    polling.rollout,
    (id) => printLine(`  ${name}: deployment ${id} is in progress; waiting for its end`),
    (id, deployment) => {
      seen.push(deployment);
      printLine(`  ${name}: deployment ${id} ended as ${deployment.status}`);
    },
  );
  return seen.some(wasStoppedByHand);
}

/** Alarms stop deployments too. */
const wasStoppedByHand = ({ status, errorInformation }: DeploymentInfo) =>
  status === 'Stopped' && errorInformation?.code !== 'ALARM_ACTIVE';
