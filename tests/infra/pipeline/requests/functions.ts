import { textOf } from '../../../../local/stack/read.ts';
import type { RequestTable, StageRequests } from './request.ts';

const lambda = (...names: string[]) => names.map((name) => `lambda:${name}`);
const functionArn = (at: StageRequests, name: string) => at.arn('lambda', `function:${name}`);
const passing = (at: StageRequests, roleArn: string, service: string) =>
  at.onUntagged(roleArn, ['iam:PassRole'], { 'iam:PassedToService': service });

export const functions: RequestTable = {
  aws_lambda_function: (resource, at) => {
    const arn = functionArn(at, textOf(resource, 'function_name'));
    return {
      reads: at.on(arn, lambda('GetFunction', 'GetFunctionCodeSigningConfig', 'ListVersionsByFunction')),
      changes: [
        ...at.creating(arn, lambda('CreateFunction', 'TagResource')),
        ...at.on(arn, lambda('UpdateFunctionCode', 'UpdateFunctionConfiguration', 'PublishVersion')),
        ...at.on(arn, lambda('PutFunctionConcurrency')),
        ...at.on(arn, lambda('DeleteFunctionConcurrency', 'TagResource', 'UntagResource', 'DeleteFunction')),
        ...passing(at, textOf(resource, 'role'), 'lambda.amazonaws.com'),
      ],
    };
  },
  aws_lambda_alias: (resource, at) => {
    const arn = functionArn(at, textOf(resource, 'function_name'));
    return {
      reads: at.on(arn, lambda('GetAlias')),
      changes: at.on(arn, lambda('CreateAlias', 'UpdateAlias', 'DeleteAlias')),
    };
  },
  aws_lambda_permission: (resource, at) => {
    const arn = functionArn(at, textOf(resource, 'function_name'));
    return {
      reads: at.on(arn, lambda('GetPolicy')),
      changes: at.on(arn, lambda('AddPermission', 'RemovePermission')),
    };
  },
  aws_lambda_function_event_invoke_config: (resource, at) => {
    const arn = functionArn(at, `${textOf(resource, 'function_name')}:${textOf(resource, 'qualifier')}`);
    return {
      reads: at.on(arn, lambda('GetFunctionEventInvokeConfig')),
      changes: at.on(arn, lambda('PutFunctionEventInvokeConfig', 'DeleteFunctionEventInvokeConfig')),
    };
  },
  aws_lambda_event_source_mapping: (resource, at) => {
    const arn = at.arn('lambda', `event-source-mapping:${textOf(resource, 'uuid')}`);
    const ofFunction = { 'lambda:FunctionArn': textOf(resource, 'function_name') };
    return {
      reads: [...at.on(arn, lambda('GetEventSourceMapping'), ofFunction), ...at.on(arn, lambda('ListTags'))],
      changes: [
        ...at.creating('*', lambda('CreateEventSourceMapping'), ofFunction),
        ...at.on(arn, lambda('UpdateEventSourceMapping', 'DeleteEventSourceMapping'), ofFunction),
        ...at.creating(arn.replace(/[^:]+$/, '*'), lambda('TagResource')),
        ...at.on(arn, lambda('TagResource', 'UntagResource')),
      ],
    };
  },
  aws_iam_role: (resource, at) => {
    const arn = at.role(textOf(resource, 'name'));
    return {
      reads: at.on(arn, ['iam:GetRole', 'iam:ListRolePolicies', 'iam:ListAttachedRolePolicies']),
      changes: [
        ...at.creating(arn, ['iam:CreateRole'], at.boundedAs(arn)),
        ...at.on(arn, ['iam:UpdateAssumeRolePolicy', 'iam:UpdateRole', 'iam:UpdateRoleDescription']),
        ...at.on(arn, ['iam:TagRole', 'iam:UntagRole', 'iam:ListInstanceProfilesForRole', 'iam:DeleteRole']),
        ...at.on(arn, ['iam:PutRolePermissionsBoundary'], at.boundedAs(arn)),
      ],
    };
  },
  aws_iam_role_policy: (resource, at) => {
    const arn = at.role(textOf(resource, 'role'));
    return {
      reads: at.on(arn, ['iam:GetRolePolicy']),
      changes: at.on(arn, ['iam:PutRolePolicy', 'iam:DeleteRolePolicy'], at.boundedAs(arn)),
    };
  },
  aws_iam_role_policies_exclusive: (resource, at) => {
    const arn = at.role(textOf(resource, 'role_name'));
    return {
      reads: at.on(arn, ['iam:ListRolePolicies']),
      changes: at.on(arn, ['iam:DeleteRolePolicy'], at.boundedAs(arn)),
    };
  },
  aws_iam_role_policy_attachments_exclusive: (resource, at) => {
    const arn = at.role(textOf(resource, 'role_name'));
    return {
      reads: at.on(arn, ['iam:ListAttachedRolePolicies']),
      changes: at.on(arn, ['iam:DetachRolePolicy'], at.boundedAs(arn)),
    };
  },
  aws_codedeploy_app: (resource, at) => {
    const arn = at.arn('codedeploy', `application:${textOf(resource, 'name')}`);
    return {
      reads: at.on(arn, ['codedeploy:GetApplication', 'codedeploy:ListTagsForResource']),
      changes: [
        ...at.creating(arn, ['codedeploy:CreateApplication']),
        ...at.on(arn, ['codedeploy:UpdateApplication', 'codedeploy:DeleteApplication']),
        ...at.on(arn, ['codedeploy:TagResource', 'codedeploy:UntagResource']),
      ],
    };
  },
  aws_codedeploy_deployment_group: (resource, at) => {
    const name = `${textOf(resource, 'app_name')}/${textOf(resource, 'deployment_group_name')}`;
    const arn = at.arn('codedeploy', `deploymentgroup:${name}`);
    return {
      reads: at.on(arn, ['codedeploy:GetDeploymentGroup', 'codedeploy:ListTagsForResource']),
      changes: [
        ...at.creating(arn, ['codedeploy:CreateDeploymentGroup']),
        ...at.on(arn, ['codedeploy:UpdateDeploymentGroup', 'codedeploy:DeleteDeploymentGroup']),
        ...at.on(arn, ['codedeploy:TagResource', 'codedeploy:UntagResource']),
        ...passing(at, textOf(resource, 'service_role_arn'), 'codedeploy.amazonaws.com'),
      ],
    };
  },
};
