import { EcrLifecyclePolicy } from '@cdktf/provider-aws/lib/ecr-lifecycle-policy/index.js';
import { EcrRepository } from '@cdktf/provider-aws/lib/ecr-repository/index.js';
import { EcrRepositoryPolicy } from '@cdktf/provider-aws/lib/ecr-repository-policy/index.js';
import { functionNameOf, imageRepositoryOf, stackNames } from '@nova/shared/naming';
import { Fn, TerraformOutput, TerraformVariable } from 'cdktf';
import { Construct } from 'constructs';
import { policyJson } from '../iam/policy.ts';
import type { Settings } from '../settings.ts';
import { NovaStack } from '../stack.ts';

/** Number of newest images to keep; older images are deleted, and a rollback cannot return to them. */
const imagesKept = 10;

interface AgentImageRepositoryProps {
  readonly settings: Settings;
  readonly accountId: string;
}

/** The repository of agent-core's images. */
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
    // Without this statement Lambda would add its own, which the next plan would remove. The source ARN includes the account,
    // in the form that AWS documents for Lambda: Lambda guide, "Amazon ECR permissions".
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

/** The stack that must exist before the platform: the repository that its image is pushed to. */
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
 * URI of the image to deploy. It is pinned by the digest in `TF_VAR_agent_core_image_digest`, so that a plan names exactly
 * the bytes that will run.
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
