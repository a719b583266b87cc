import { ApiGatewayAccount } from '@cdktf/provider-aws/lib/api-gateway-account/index.js';
import { DataAwsIamRole } from '@cdktf/provider-aws/lib/data-aws-iam-role/index.js';
import { IamRole } from '@cdktf/provider-aws/lib/iam-role/index.js';
import { IamRolePolicyAttachment } from '@cdktf/provider-aws/lib/iam-role-policy-attachment/index.js';
import { accountLoggingRoleOf, apiLogsRoleOf } from '@nova/shared/naming';
import { Construct } from 'constructs';
import { trust } from '../iam/policy.ts';
import { ExclusivePolicies } from '../iam/role-limits.ts';
import type { Settings } from '../settings.ts';

/** AWS's managed policy for this; API Gateway refuses a role with fewer permissions. It reads every log of the account. */
export const pushToLogs = 'arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs';

/**
 * Declares the role by which API Gateway writes logs, with its one policy.
 *
 * Its trust has no condition on `aws:SourceAccount`: AWS shows none for this role (CloudFormation reference,
 * "AWS::ApiGateway::Account"), and API Gateway does not send the key when it assumes the role of an integration, as AWS reports
 * in pull request 479 of aws-solutions-library-samples/accelerated-intelligent-document-processing-on-aws. Only principals of
 * this account can pass the role to the service.
 */
export function apiLogsRole(scope: Construct, name: string) {
  const role = new IamRole(scope, 'role', {
    name,
    description: 'Lets API Gateway write logs',
    assumeRolePolicy: trust('apigateway.amazonaws.com'),
  });
  const attachment = new IamRolePolicyAttachment(scope, 'policy', { role: role.name, policyArn: pushToLogs });
  new ExclusivePolicies(scope, 'nothing-else', { role, attached: [attachment] });
  return { role, attachment };
}

/**
 * The account's setting that names the role by which API Gateway writes logs. It is one for the whole account and region, so
 * only one of several stages in an account declares it (`ACCOUNT_LOGGING=own`). If workflows deploy the stage, the role is in
 * the pipeline's stack, which a person applies: a principal that can change its trust can read every log of the account.
 */
export class AccountLogging extends Construct {
  readonly account: ApiGatewayAccount;

  constructor(scope: Construct, id: string, { prefix, repository }: Settings) {
    super(scope, id);
    if (repository === undefined) {
      const { role, attachment } = apiLogsRole(this, apiLogsRoleOf(prefix));
      this.account = new ApiGatewayAccount(this, 'account', {
        cloudwatchRoleArn: role.arn,
        dependsOn: [attachment],
      });
    } else {
      // A plan fails without the role. Otherwise an apply could end after it has deleted the role of an earlier release.
      const { arn } = new DataAwsIamRole(this, 'role-of-pipeline', { name: accountLoggingRoleOf(prefix) });
      this.account = new ApiGatewayAccount(this, 'account', { cloudwatchRoleArn: arn });
    }
  }
}
