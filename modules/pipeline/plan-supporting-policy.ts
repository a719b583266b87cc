import type { Statement } from '../iam/policy.ts';
import type { Settings } from '../settings.ts';
import { stageArns } from './stage-arns.ts';

/** Read the workload's supporting resources: roles, events, logs, alarms, images and others. */
export function planSupportingStatements(settings: Settings, accountId: string): Statement[] {
  const arns = stageArns(settings, accountId);
  return [
    {
      sid: 'LookAtRoles',
      actions: ['iam:GetRole', 'iam:GetRolePolicy', 'iam:ListRolePolicies', 'iam:ListAttachedRolePolicies'],
      resources: [...arns.workRoles, ...(settings.ownsAccountLogging ? arns.formerLogsRole : [])],
    },
    ...(settings.ownsAccountLogging
      ? [{ sid: 'FindTheRoleOfLogs', actions: ['iam:GetRole'], resources: arns.accountLoggingRole }]
      : []),
    { sid: 'LookAtLogs', actions: ['logs:ListTagsForResource'], resources: arns.logs },
    { sid: 'LookAtEvents', actions: ['events:Describe*', 'events:List*'], resources: arns.events },
    {
      sid: 'LookAtAlarms',
      actions: ['cloudwatch:GetDashboard', 'cloudwatch:ListTagsForResource'],
      resources: arns.alarms,
    },
    {
      sid: 'ListAlarms',
      actions: ['cloudwatch:DescribeAlarms'],
      resources: [`arn:aws:cloudwatch:${settings.region}:${accountId}:alarm:*`],
    },
    {
      sid: 'LookAtVectors',
      actions: ['s3vectors:GetVectorBucket', 's3vectors:GetIndex', 's3vectors:ListTagsForResource'],
      resources: arns.vectors,
    },
    {
      sid: 'LookAtImages',
      actions: [
        'ecr:Describe*',
        'ecr:GetLifecyclePolicy',
        'ecr:GetRepositoryPolicy',
        'ecr:ListTagsForResource',
      ],
      resources: arns.images,
    },
    {
      sid: 'LookAtTheBudget',
      actions: ['budgets:ViewBudget', 'budgets:ListTagsForResource'],
      resources: arns.budgets,
    },
    // List actions take no resource, and show names of the account, no contents. Source: service authorization reference.
    {
      sid: 'ListWhatCannotBeNamed',
      actions: ['logs:DescribeLogGroups', 'logs:DescribeQueryDefinitions'],
      resources: ['*'],
    },
  ];
}
