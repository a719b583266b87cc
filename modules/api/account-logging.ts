import { ApiGatewayAccount } from '@cdktf/provider-aws/lib/api-gateway-account/index.js';
import { IamRole } from '@cdktf/provider-aws/lib/iam-role/index.js';
import { IamRolePolicyAttachment } from '@cdktf/provider-aws/lib/iam-role-policy-attachment/index.js';
import { apiLogsRoleOf } from '@nova/shared/naming';
import { Construct } from 'constructs';
import { trust } from '../iam/policy.ts';
import { ExclusivePolicies } from '../iam/role-limits.ts';
import type { Settings } from '../settings.ts';

/** AWS's managed policy for this; API Gateway refuses a role with fewer permissions. */
export const pushToLogs = 'arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs';

/**
 * The role by which API Gateway writes logs. It is one setting for the whole account and region, so only one of several
 * stages in an account declares it (`ACCOUNT_LOGGING=own`).
 */
export class AccountLogging extends Construct {
  readonly account: ApiGatewayAccount;

  constructor(scope: Construct, id: string, { prefix }: Settings) {
    super(scope, id);
    const role = new IamRole(this, 'role', {
      name: apiLogsRoleOf(prefix),
      description: 'Lets API Gateway write logs',
      assumeRolePolicy: trust('apigateway.amazonaws.com'),
    });
    const attachment = new IamRolePolicyAttachment(this, 'policy', {
      role: role.name,
      policyArn: pushToLogs,
    });
    new ExclusivePolicies(this, 'nothing-else', { role, attached: [attachment] });
    this.account = new ApiGatewayAccount(this, 'account', {
      cloudwatchRoleArn: role.arn,
      dependsOn: [attachment],
    });
  }
}
