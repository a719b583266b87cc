import type { IamRole } from '@cdktf/provider-aws/lib/iam-role/index.js';
import { IamRolePoliciesExclusive } from '@cdktf/provider-aws/lib/iam-role-policies-exclusive/index.js';
import type { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy/index.js';
import type { IamRolePolicyAttachment } from '@cdktf/provider-aws/lib/iam-role-policy-attachment/index.js';
import { IamRolePolicyAttachmentsExclusive } from '@cdktf/provider-aws/lib/iam-role-policy-attachments-exclusive/index.js';
import { Construct } from 'constructs';

export interface NothingElseProps {
  readonly role: IamRole;
  readonly inline?: readonly IamRolePolicy[];
  readonly attached?: readonly IamRolePolicyAttachment[];
}

/**
 * Holds a role to the policies that the stack gives it: what somebody adds by hand shows as drift, and the next deployment
 * takes it away. Without it, Terraform looks at no policy but its own.
 */
export class NothingElse extends Construct {
  constructor(scope: Construct, id: string, { role, inline = [], attached = [] }: NothingElseProps) {
    super(scope, id);
    new IamRolePoliciesExclusive(this, 'inline', {
      roleName: role.name,
      policyNames: inline.map(({ name }) => name),
    });
    new IamRolePolicyAttachmentsExclusive(this, 'attached', {
      roleName: role.name,
      policyArns: attached.map(({ policyArn }) => policyArn),
    });
  }
}
