import type { IamRole } from '@cdktf/provider-aws/lib/iam-role/index.js';
import { IamRolePoliciesExclusive } from '@cdktf/provider-aws/lib/iam-role-policies-exclusive/index.js';
import type { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy/index.js';
import type { IamRolePolicyAttachment } from '@cdktf/provider-aws/lib/iam-role-policy-attachment/index.js';
import { IamRolePolicyAttachmentsExclusive } from '@cdktf/provider-aws/lib/iam-role-policy-attachments-exclusive/index.js';
import { boundaryOf, servicesBoundaryOf } from '@nova/shared/naming';
import { Construct } from 'constructs';
import type { Settings } from '../settings.ts';

/**
 * ARN of a permissions boundary of the stage: the most that a role of the stage may do, whatever its own policies allow.
 * Functions have one, and services that act on functions another, because a role has only one and a policy holds 6,144 characters.
 */
export const boundaryArn = (
  { prefix }: Pick<Settings, 'prefix'>,
  accountId: string,
  of: 'functions' | 'services',
) =>
  `arn:aws:iam::${accountId}:policy/${of === 'functions' ? boundaryOf(prefix) : servicesBoundaryOf(prefix)}`;

/**
 * The permissions boundary of a role; undefined when no workflow deploys the stage. Without a boundary, a workflow that may
 * write role policies could grant itself any permission.
 */
export const permissionsBoundary = (
  settings: Pick<Settings, 'prefix' | 'repository'>,
  accountId: string,
  of: 'functions' | 'services',
): string | undefined =>
  settings.repository === undefined ? undefined : boundaryArn(settings, accountId, of);

export interface ExclusivePoliciesProps {
  readonly role: IamRole;
  readonly inline?: readonly IamRolePolicy[];
  readonly attached?: readonly IamRolePolicyAttachment[];
}

/**
 * Limits a role to the policies of this stack: a policy that someone adds by hand shows as drift, and the next deployment
 * removes it. Otherwise Terraform ignores policies that it did not create.
 */
export class ExclusivePolicies extends Construct {
  constructor(scope: Construct, id: string, { role, inline = [], attached = [] }: ExclusivePoliciesProps) {
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
