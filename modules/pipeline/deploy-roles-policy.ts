import { pushToLogs } from '../api/account-logging.ts';
import type { Statement } from '../iam/policy.ts';
import type { Settings } from '../settings.ts';
import { stageArns } from './stage-arns.ts';

/**
 * Make, change and destroy the roles of a stage's work, each within the boundary, and hand them to services. Source: IAM
 * guide, "Permissions boundaries for IAM entities".
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
        // What somebody attached by hand is taken off again.
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
    // An account's first API may bring it: API Gateway guide, "Using service-linked roles". Not met here yet.
    {
      sid: 'LetApiGatewayHaveItsOwnRole',
      actions: ['iam:CreateServiceLinkedRole'],
      resources: [
        `arn:aws:iam::${accountId}:role/aws-service-role/ops.apigateway.amazonaws.com/AWSServiceRoleForAPIGateway`,
      ],
      conditions: { StringEquals: { 'iam:AWSServiceName': 'ops.apigateway.amazonaws.com' } },
    },
    // API Gateway wants all of AWS's own policy for this, and the role gets nothing else.
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
