import { hash } from 'node:crypto';
import { CreateDeploymentCommand, type DeploymentInfo } from '@aws-sdk/client-codedeploy';
import { liveAlias, rolloutsOf } from '@nova/shared/naming';
import type { Deployed } from '../versions.ts';
import { type CodeDeploy, type Polling, waitForEnd } from './deployments.ts';

export interface TrafficShift {
  readonly deployed: Deployed;
  readonly to: number;
}

/** Whether alarms of the deployment group stop a deployment. One that rings already stops it at its start. */
export type Alarms = 'watch' | 'ignore';

export interface Outcome extends TrafficShift {
  readonly succeeded: boolean;
  /** The result in words; CodeDeploy's own reason for a failure. */
  readonly message: string;
}

/** Shifts the traffic of an alias to a version, as the deployment group configures it, and waits for the end. */
export async function shiftTraffic(
  codedeploy: CodeDeploy,
  prefix: string,
  { deployed, to }: TrafficShift,
  { every, atMost }: Polling,
  alarms: Alarms = 'watch',
): Promise<Outcome> {
  const { deploymentId = '' } = await codedeploy.send(
    new CreateDeploymentCommand({
      applicationName: rolloutsOf(prefix),
      deploymentGroupName: deployed.functionName,
      description: `version ${deployed.live} to ${to}`,
      revision: revisionOf({ deployed, to }),
      // Of this deployment only; the group's alarms stay as Terraform set them. Source: CodeDeploy API reference,
      // "CreateDeployment", which also requires `codedeploy:UpdateDeploymentGroup` for it.
      ...(alarms === 'ignore' && { overrideAlarmConfiguration: { enabled: false } }),
    }),
  );
  const ended = await waitForEnd(codedeploy, deploymentId, every, Date.now() + atMost);
  const succeeded = ended?.status === 'Succeeded';
  if (succeeded) return { deployed, to, succeeded, message: `version ${to} is live` };
  const message = ended ? reasonOf(ended) : `still in progress; see deployment ${deploymentId}`;
  return { deployed, to, succeeded, message };
}

/** Source: CodeDeploy guide, "AppSpec File structure for AWS Lambda deployments". */
function revisionOf({ deployed: { functionName, live }, to }: TrafficShift) {
  const content = JSON.stringify({
    version: 0.0,
    Resources: [
      {
        [functionName]: {
          Type: 'AWS::Lambda::Function',
          Properties: {
            Name: functionName,
            Alias: liveAlias,
            CurrentVersion: String(live),
            TargetVersion: String(to),
          },
        },
      },
    ],
  });
  return {
    revisionType: 'AppSpecContent',
    appSpecContent: { content, sha256: hash('sha256', content) },
  } as const;
}

function reasonOf({ errorInformation, rollbackInfo, status }: DeploymentInfo): string {
  const reason = errorInformation?.message ?? `it ${String(status).toLowerCase()}`;
  const back = rollbackInfo?.rollbackDeploymentId ? '; traffic was shifted back' : '';
  return `${reason}${back}`;
}
