import { imageRepositoryOf } from '@nova/shared/naming';
import { Fn, TerraformVariable } from 'cdktf';
import type { Settings } from '../settings.ts';
import type { NovaStack } from '../stack.ts';

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
