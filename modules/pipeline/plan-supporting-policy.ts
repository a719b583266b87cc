import type { Statement } from '../iam/policy.ts';
import type { Settings } from '../settings.ts';
import { named } from './stage-arns.ts';

/** Look at what is around that: who may do what, events, the API, what watches. */
export function lookAtSurroundings(settings: Settings, accountId: string): Statement[] {
  const of = named(settings, accountId);
  return [
    {
      sid: 'LookAtRoles',
      actions: ['iam:GetRole', 'iam:GetRolePolicy', 'iam:ListRolePolicies', 'iam:ListAttachedRolePolicies'],
      resources: [...of.workRoles, ...of.apiLogsRole],
    },
    { sid: 'LookAtLogs', actions: ['logs:ListTagsForResource'], resources: of.logs },
    { sid: 'LookAtEvents', actions: ['events:Describe*', 'events:List*'], resources: of.events },
    {
      sid: 'LookAtAlarms',
      actions: ['cloudwatch:GetDashboard', 'cloudwatch:ListTagsForResource'],
      resources: of.alarms,
    },
    {
      sid: 'ListAlarms',
      actions: ['cloudwatch:DescribeAlarms'],
      resources: [`arn:aws:cloudwatch:${settings.region}:${accountId}:alarm:*`],
    },
    {
      sid: 'LookAtVectors',
      actions: ['s3vectors:GetVectorBucket', 's3vectors:GetIndex', 's3vectors:ListTagsForResource'],
      resources: of.vectors,
    },
    {
      sid: 'LookAtImages',
      actions: [
        'ecr:Describe*',
        'ecr:GetLifecyclePolicy',
        'ecr:GetRepositoryPolicy',
        'ecr:ListTagsForResource',
      ],
      resources: of.images,
    },
    { sid: 'LookAtRollouts', actions: ['codedeploy:Get*', 'codedeploy:List*'], resources: of.rollouts },
    { sid: 'LookAtTheApi', actions: ['apigateway:GET'], resources: of.api },
    {
      sid: 'LookAtGuardrails',
      actions: ['bedrock:GetGuardrail', 'bedrock:ListTagsForResource'],
      resources: of.guardrails,
    },
    {
      sid: 'LookAtFirewalls',
      actions: ['wafv2:GetWebACL', 'wafv2:ListTagsForResource', 'wafv2:GetWebACLForResource'],
      resources: [...of.firewalls, ...of.apiStages],
    },
    {
      sid: 'LookAtTheBudget',
      actions: ['budgets:ViewBudget', 'budgets:ListTagsForResource'],
      resources: of.budgets,
    },
    // These list, and take no resource. Source: service authorization reference of each service.
    {
      sid: 'ListWhatCannotBeNamed',
      actions: ['logs:DescribeLogGroups', 'logs:DescribeQueryDefinitions'],
      resources: ['*'],
    },
  ];
}
