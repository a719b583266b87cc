import { EcrLifecyclePolicy } from '@cdktf/provider-aws/lib/ecr-lifecycle-policy/index.js';
import { EcrRepository } from '@cdktf/provider-aws/lib/ecr-repository/index.js';
import { EcrRepositoryPolicy } from '@cdktf/provider-aws/lib/ecr-repository-policy/index.js';
import { functionNameOf, imageRepositoryOf, stackNames } from '@nova/shared/naming';
import { Fn, TerraformOutput, TerraformVariable } from 'cdktf';
import { Construct } from 'constructs';
import { policyJson } from '../iam/policy.ts';
import type { Settings } from '../settings.ts';
import { NovaStack } from '../stack.ts';

/** Images kept beyond the newest cannot be rolled back to. */
const imagesKept = 10;

interface AgentImageRepositoryProps {
  readonly settings: Settings;
  readonly accountId: string;
}

/** Where the images of agent-core live. */
class AgentImageRepository extends Construct {
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

/** What must be there before the platform: where its image is pushed. */
export class Registry extends NovaStack {
  constructor(scope: Construct, settings: Settings) {
    super(scope, stackNames[0], settings);
    const repository = new AgentImageRepository(this, 'agent-image', {
      settings,
      accountId: this.accountId,
    });
    new TerraformOutput(this, 'agent_image_repository_url', {
      staticId: true,
      value: repository.url,
      description: 'Where the image of agent-core is pushed',
    });
  }
}

/**
 * Address of the image to deploy: pinned by digest, which ops give as `TF_VAR_agent_core_image_digest`, so that a plan
 * names exactly the bytes that will run.
 */
export function agentImageUri(stack: NovaStack, settings: Settings): string {
  const digest = new TerraformVariable(stack, 'agent_core_image_digest', {
    type: 'string',
    nullable: false,
    description: 'Digest of the agent-core image in the registry: sha256:…',
  });
  digest.addValidation({
    condition: Fn.can(Fn.regex('^sha256:[0-9a-f]{64}$', digest.stringValue)),
    errorMessage: 'Give the digest of the pushed image: sha256: and 64 hexadecimal digits.',
  });
  const registry = `${stack.accountId}.dkr.ecr.${settings.region}.amazonaws.com`;
  return `${registry}/${imageRepositoryOf(settings.prefix)}@${digest.stringValue}`;
}
