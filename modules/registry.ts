import { stackNames } from '@nova/shared/naming';
import { TerraformOutput } from 'cdktf';
import type { Construct } from 'constructs';
import { AgentImageRepository } from './agent-image/registry.ts';
import type { Settings } from './settings.ts';
import { NovaStack } from './stack.ts';

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
