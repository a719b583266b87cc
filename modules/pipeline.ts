import { IamPolicy } from '@cdktf/provider-aws/lib/iam-policy/index.js';
import { boundaryOf, pipelineStack } from '@nova/shared/naming';
import type { Construct } from 'constructs';
import { policyJson } from './iam/policy.ts';
import { boundaryStatements } from './pipeline/boundary-policy.ts';
import { WorkflowRoles } from './pipeline/pipeline-stack.ts';
import type { Settings } from './settings.ts';
import { NovaStack } from './stack.ts';

/** What GitHub's workflows may do to the stage, and the most that they may let its work do. */
export class Pipeline extends NovaStack {
  constructor(scope: Construct, settings: Settings, repository: string) {
    super(scope, pipelineStack, settings);
    const { accountId } = this;
    new IamPolicy(this, 'boundary', {
      name: boundaryOf(settings.prefix),
      description: 'The most that a role of the stage may do, whatever it is given',
      policy: policyJson(boundaryStatements(settings, accountId)),
    });
    new WorkflowRoles(this, 'roles', { settings, accountId, repository });
  }
}
