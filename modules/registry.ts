import { TerraformOutput } from 'cdktf';
import type { Construct } from 'constructs';
import { Pipeline } from './access/pipeline/pipeline.ts';
import { AgentImageRepository } from './agent-image/repository.ts';
import type { Settings } from './settings.ts';
import { NovaStack } from './stack.ts';

/** What must be there before the platform: where its image is pushed, and the roles of the workflows that deploy it. */
export class Registry extends NovaStack {
  constructor(scope: Construct, settings: Settings) {
    super(scope, 'nova-registry', settings);
    const repository = new AgentImageRepository(this, 'agent-image', {
      settings,
      accountId: this.accountId,
    });
    const { repository: source } = settings;
    if (source !== undefined) {
      new Pipeline(this, 'pipeline', { settings, accountId: this.accountId, repository: source });
    }
    new TerraformOutput(this, 'agent_image_repository_url', {
      staticId: true,
      value: repository.url,
      description: 'Where the image of agent-core is pushed',
    });
  }
}
