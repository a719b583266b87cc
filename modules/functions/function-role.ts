import { IamRole } from '@cdktf/provider-aws/lib/iam-role/index.js';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy/index.js';
import { Construct } from 'constructs';
import { policyJson, type Statement, trust } from '../iam/policy.ts';
import { ExclusivePolicies } from '../iam/role-limits.ts';

export interface FunctionRoleProps {
  readonly functionName: string;
  readonly logGroupArn: string;
  readonly permissions: readonly Statement[];
  /** ARN of the permissions boundary. */
  readonly boundary: string | undefined;
}

/** The role of one function: its own log streams, its traces and its permissions. */
export class FunctionRole extends Construct {
  readonly arn: string;
  readonly policy: IamRolePolicy;

  constructor(scope: Construct, id: string, props: FunctionRoleProps) {
    super(scope, id);
    const { functionName, logGroupArn, permissions, boundary } = props;
    const role = new IamRole(this, 'role', {
      name: functionName,
      description: `What ${functionName} may do`,
      assumeRolePolicy: trust('lambda.amazonaws.com'),
      ...(boundary ? { permissionsBoundary: boundary } : {}),
    });
    this.arn = role.arn;
    this.policy = new IamRolePolicy(this, 'policy', {
      name: functionName,
      role: role.name,
      policy: policyJson([
        {
          sid: 'WriteOwnLogs',
          actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
          resources: [`${logGroupArn}:*`],
        },
        // X-Ray has no resources to name: service authorization reference, "Actions defined by AWS X-Ray".
        {
          sid: 'WriteTraces',
          actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
          resources: ['*'],
        },
        ...permissions,
      ]),
    });
    new ExclusivePolicies(this, 'nothing-else', { role, inline: [this.policy] });
  }
}
