import { hash } from 'node:crypto';
import { CreateDeploymentCommand, type DeploymentInfo } from '@aws-sdk/client-codedeploy';
import { liveAlias, rolloutsOf } from '@nova/shared/naming';
import type { Deployed } from '../versions.ts';
import { type CodeDeploy, follow, type Patience } from './deployments.ts';

export interface Shift {
  readonly deployed: Deployed;
  readonly to: number;
}

export interface Outcome extends Shift {
  readonly succeeded: boolean;
  /** What CodeDeploy says of it. */
  readonly said: string;
}

/** Moves the alias of a function to a version, as its group says how, and waits for the end. */
export async function shift(
  codedeploy: CodeDeploy,
  prefix: string,
  { deployed, to }: Shift,
  { every, atMost }: Patience,
): Promise<Outcome> {
  const { deploymentId = '' } = await codedeploy.send(
    new CreateDeploymentCommand({
      applicationName: rolloutsOf(prefix),
      deploymentGroupName: deployed.functionName,
      description: `version ${deployed.live} to ${to}`,
      revision: revisionOf({ deployed, to }),
    }),
  );
  const ended = await follow(codedeploy, deploymentId, every, Date.now() + atMost);
  const succeeded = ended?.status === 'Succeeded';
  if (succeeded) return { deployed, to, succeeded, said: `version ${to} is live` };
  const said = ended ? whyOf(ended) : `still under way; see deployment ${deploymentId}`;
  return { deployed, to, succeeded, said };
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
  return {
    revisionType: 'AppSpecContent',
    appSpecContent: { content, sha256: hash('sha256', content) },
  } as const;
}

function whyOf({ errorInformation, rollbackInfo, status }: DeploymentInfo): string {
  const why = errorInformation?.message ?? `it ${String(status).toLowerCase()}`;
  const back = rollbackInfo?.rollbackDeploymentId ? '; callers were moved back' : '';
  return `${why}${back}`;
}
