import { createHash } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import {
  type CodeDeployClient,
  CreateDeploymentCommand,
  type DeploymentInfo,
  GetDeploymentCommand,
} from '@aws-sdk/client-codedeploy';
import { liveAlias, rolloutsOf } from '@nova/shared/naming';
import type { Deployed } from './versions.ts';

/** Milliseconds between two looks. */
const lookEveryMs = 5000;
/** Milliseconds after which nobody waits longer: the slowest predefined rollout takes half an hour. */
const patienceMs = 45 * 60_000;

export interface Shift {
  readonly deployed: Deployed;
  readonly to: number;
}

export interface Outcome extends Shift {
  readonly succeeded: boolean;
  /** What CodeDeploy says of it. */
  readonly said: string;
}

type CodeDeploy = Pick<CodeDeployClient, 'send'>;

/**
 * Moves the alias of a function to a version, as its group says how, and waits for the end.
 * @param every milliseconds between two looks
 */
export async function shift(
  codedeploy: CodeDeploy,
  prefix: string,
  { deployed, to }: Shift,
  every = lookEveryMs,
): Promise<Outcome> {
  const { deploymentId } = await codedeploy.send(
    new CreateDeploymentCommand({
      applicationName: rolloutsOf(prefix),
      deploymentGroupName: deployed.functionName,
      description: `version ${deployed.live} to ${to}`,
      revision: revisionOf({ deployed, to }),
    }),
  );
  const until = Date.now() + patienceMs;
  while (Date.now() < until) {
    const { deploymentInfo = {} } = await codedeploy.send(new GetDeploymentCommand({ deploymentId }));
    const { status = '' } = deploymentInfo;
    if (status === 'Succeeded') return { deployed, to, succeeded: true, said: `version ${to} is live` };
    if (status === 'Failed' || status === 'Stopped') {
      return { deployed, to, succeeded: false, said: whyOf(deploymentInfo) };
    }
    await wait(every);
  }
  return { deployed, to, succeeded: false, said: `still under way; see deployment ${deploymentId}` };
}

/** Source: CodeDeploy guide, "AppSpec File structure for AWS Lambda deployments". */
function revisionOf({ deployed: { functionName, live }, to }: Shift) {
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
  const sha256 = createHash('sha256').update(content).digest('hex');
  return { revisionType: 'AppSpecContent', appSpecContent: { content, sha256 } } as const;
}

function whyOf({ errorInformation, rollbackInfo, status }: DeploymentInfo): string {
  const why = errorInformation?.message ?? `it ${String(status).toLowerCase()}`;
  const back = rollbackInfo?.rollbackDeploymentId ? '; callers were moved back' : '';
  return `${why}${back}`;
}
