import { pushToLogs } from '../api/account-logging.ts';
import type { Statement } from '../iam/policy.ts';
import type { Settings } from '../settings.ts';
import { stageArns } from './stage-arns.ts';

/**
 * Create, change and delete the roles of the stage's workload, each within one of the boundaries, and pass them to services. Source:
 * IAM guide, "Permissions boundaries for IAM entities".
 */
export function deployRolesStatements(settings: Settings, accountId: string): Statement[] {
  const { workRoles, boundaries } = stageArns(settings, accountId);
  return [
    {
      sid: 'GiveRightsWithinTheBoundary',
      actions: [
        'iam:CreateRole',
        'iam:PutRolePermissionsBoundary',
        'iam:PutRolePolicy',
        'iam:DeleteRolePolicy',
        // A policy that was attached by hand is detached again.
        'iam:DetachRolePolicy',
      ],
      resources: workRoles,
      conditions: { StringEquals: { 'iam:PermissionsBoundary': boundaries } },
    },
    {
      sid: 'ChangeRoles',
      actions: [
        'iam:DeleteRole',
        'iam:UpdateRole',
        'iam:UpdateRoleDescription',
        'iam:UpdateAssumeRolePolicy',
        'iam:TagRole',
        'iam:UntagRole',
        'iam:ListInstanceProfilesForRole',
      ],
      resources: workRoles,
    },
    // An account's first API may need it: API Gateway guide, "Using service-linked roles". Not observed yet.
    {
      sid: 'LetApiGatewayHaveItsOwnRole',
      actions: ['iam:CreateServiceLinkedRole'],
      resources: [
        `arn:aws:iam::${accountId}:role/aws-service-role/ops.apigateway.amazonaws.com/AWSServiceRoleForAPIGateway`,
      ],
      conditions: { StringEquals: { 'iam:AWSServiceName': 'ops.apigateway.amazonaws.com' } },
    },
    {
      sid: 'HandRolesToServices',
      actions: ['iam:PassRole'],
      resources: workRoles,
      conditions: passedTo('lambda.amazonaws.com', 'codedeploy.amazonaws.com'),
    },
    ...(settings.ownsAccountLogging ? accountLoggingStatements(settings, accountId) : []),
  ];
}

/**
 * Name the role by which API Gateway writes logs in the account's setting, and delete the one that earlier releases made. The
 * deploy role may neither create nor change them: with a trust of its own it could read every log of the account.
 */
function accountLoggingStatements(settings: Settings, accountId: string): Statement[] {
  const { accountLoggingRole, formerLogsRole } = stageArns(settings, accountId);
  return [
    {
      sid: 'LetTheApiWriteLogs',
      actions: ['iam:PassRole'],
      resources: accountLoggingRole,
      conditions: passedTo('apigateway.amazonaws.com'),
    },
    {
      sid: 'DetachFromTheFormerRoleOfLogs',
      actions: ['iam:DetachRolePolicy'],
      resources: formerLogsRole,
      conditions: { ArnEquals: { 'iam:PolicyARN': pushToLogs } },
    },
    {
      sid: 'DeleteTheFormerRoleOfLogs',
      actions: ['iam:DeleteRole', 'iam:ListInstanceProfilesForRole'],
      resources: formerLogsRole,
    },
  ];
}

const passedTo = (...services: string[]) => ({ StringEquals: { 'iam:PassedToService': services } });
