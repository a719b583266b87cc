import { EcrLifecyclePolicy } from '@cdktf/provider-aws/lib/ecr-lifecycle-policy/index.js';
import { EcrRepository } from '@cdktf/provider-aws/lib/ecr-repository/index.js';
import { EcrRepositoryPolicy } from '@cdktf/provider-aws/lib/ecr-repository-policy/index.js';
import { functionNameOf, imageRepositoryOf } from '@nova/shared/naming';
import { Construct } from 'constructs';
import { policyJson } from '../iam/policy.ts';
import type { Settings } from '../settings.ts';

/** Images kept beyond the newest cannot be rolled back to. */
const imagesKept = 10;

export interface AgentImageRepositoryProps {
  readonly settings: Settings;
  readonly accountId: string;
}

/** Where the images of agent-core live. */
export class AgentImageRepository extends Construct {
  readonly url: string;

  constructor(scope: Construct, id: string, { settings, accountId }: AgentImageRepositoryProps) {
    super(scope, id);
    const name = functionNameOf(settings.prefix, 'agent-core');
    const agentCore = `arn:aws:lambda:${settings.region}:${accountId}:function:${name}`;
    const repository = new EcrRepository(this, 'repository', {
      name: imageRepositoryOf(settings.prefix),
      imageTagMutability: 'IMMUTABLE',
      imageScanningConfiguration: { scanOnPush: true },
      encryptionConfiguration: [{ encryptionType: 'AES256' }],
      forceDelete: settings.protection.forceDestroy,
    });
    new EcrLifecyclePolicy(this, 'lifecycle', {
      repository: repository.name,
      policy: JSON.stringify({
        rules: [
          {
            rulePriority: 1,
            description: `Keep the newest ${imagesKept} images`,
            selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: imagesKept },
            action: { type: 'expire' },
          },
        ],
      }),
    });
    // Without it Lambda would add a statement of its own, which the next plan would want to remove. The ARN names the account
    // too, and is what AWS shows Lambda to send: Lambda guide, "Amazon ECR permissions".
    new EcrRepositoryPolicy(this, 'policy', {
      repository: repository.name,
      policy: policyJson([
        {
          sid: 'LambdaPullsTheImage',
          principal: { Service: 'lambda.amazonaws.com' },
          actions: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
          conditions: {
            ArnLike: {
              'aws:SourceArn': [agentCore, `${agentCore}:*`],
            },
          },
        },
      ]),
    });
    this.url = repository.repositoryUrl;
  }
}
