import { pushToLogs } from '../api/account-logging.ts';
import type { Statement } from '../iam/policy.ts';
import type { Settings } from '../settings.ts';
import { stageArns } from './stage-arns.ts';

/**
 * Create, change and delete the roles of the stage's workload, each within the boundary, and pass them to services. Source:
 * IAM guide, "Permissions boundaries for IAM entities".
 */
export function deployRolesStatements(settings: Settings, accountId: string): Statement[] {
  const { workRoles, apiLogsRole, boundary } = stageArns(settings, accountId);
  const roles = [...workRoles, ...apiLogsRole];
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
      conditions: { StringEquals: { 'iam:PermissionsBoundary': boundary } },
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
      resources: roles,
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
    // API Gateway requires the whole AWS managed policy for this; the role has no other policy.
    { sid: 'MakeTheRoleOfLogs', actions: ['iam:CreateRole'], resources: apiLogsRole },
    {
      sid: 'LetTheApiWriteLogs',
      actions: ['iam:AttachRolePolicy', 'iam:DetachRolePolicy'],
      resources: apiLogsRole,
      conditions: { ArnEquals: { 'iam:PolicyARN': pushToLogs } },
    },
    {
      sid: 'HandRolesToServices',
      actions: ['iam:PassRole'],
      resources: roles,
      conditions: {
        StringEquals: {
          'iam:PassedToService': [
            'lambda.amazonaws.com',
            'apigateway.amazonaws.com',
            'codedeploy.amazonaws.com',
          ],
        },
      },
    },
  ];
}
