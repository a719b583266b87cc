import { IamPolicy } from '@cdktf/provider-aws/lib/iam-policy/index.js';
import { IamRole } from '@cdktf/provider-aws/lib/iam-role/index.js';
import { IamRolePolicyAttachment } from '@cdktf/provider-aws/lib/iam-role-policy-attachment/index.js';
import { TerraformOutput } from 'cdktf';
import { Construct } from 'constructs';
import type { Settings } from '../../settings.ts';
import { policyJson, type Statement } from '../policy.ts';
import { changeSurroundings } from './change-surroundings.ts';
import { changeWork } from './change-work.ts';
import { readStage } from './look.ts';

const issuer = 'token.actions.githubusercontent.com';

export interface PipelineProps {
  readonly settings: Settings;
  readonly accountId: string;
  /** `owner/name` */
  readonly repository: string;
}

/**
 * The roles that the repository's workflows take, each for an hour and without a stored secret: one that may look, for
 * plans on pull requests, and one that may change this stage, for runs that its environment's reviewers have approved.
 * Source: GitHub docs, "Configuring OpenID Connect in Amazon Web Services".
 */
export class Pipeline extends Construct {
  constructor(scope: Construct, id: string, { settings, accountId, repository }: PipelineProps) {
    super(scope, id);
    const { prefix, stage } = settings;
    const runs = (...subjects: string[]) =>
      policyJson([
        {
          sid: 'WorkflowsTakeTheRole',
          principal: { Federated: `arn:aws:iam::${accountId}:oidc-provider/${issuer}` },
          actions: ['sts:AssumeRoleWithWebIdentity'],
          conditions: {
            StringEquals: { [`${issuer}:aud`]: 'sts.amazonaws.com', [`${issuer}:sub`]: subjects },
          },
        },
      ]);
    const of = `repo:${repository}`;
    // Apart, because a managed policy holds 6,144 characters.
    const look = this.#policy('look', settings, readStage(settings, accountId));
    const work = this.#policy('change-work', settings, changeWork(settings, accountId));
    const around = this.#policy('change-surroundings', settings, changeSurroundings(settings, accountId));
    const plan = runs(`${of}:pull_request`, `${of}:ref:refs/heads/main`);
    this.#role('plan', `${prefix}-plan`, 'Plans changes, and makes none', plan, [look]);
    const deploy = runs(`${of}:environment:${stage}`);
    this.#role('deploy', `${prefix}-deploy`, 'Changes the stage', deploy, [look, work, around]);
  }

  #policy(id: string, { prefix }: Settings, statements: readonly Statement[]): IamPolicy {
    return new IamPolicy(this, id, { name: `${prefix}-pipeline-${id}`, policy: policyJson(statements) });
  }

  #role(id: string, name: string, description: string, trust: string, policies: readonly IamPolicy[]): void {
    const role = new IamRole(this, id, {
      ...{ name, description },
      assumeRolePolicy: trust,
      maxSessionDuration: 3600,
    });
    for (const policy of policies) {
      new IamRolePolicyAttachment(this, `${id}-${policy.node.id}`, {
        role: role.name,
        policyArn: policy.arn,
      });
    }
    new TerraformOutput(this, `${id}_role_arn`, { staticId: true, value: role.arn });
  }
}
