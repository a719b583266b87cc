import type { Settings } from '../../settings.ts';
import type { Statement } from '../policy.ts';
import { named } from './named.ts';

/** Look at all of a stage, and lock its state meanwhile; read nothing that users said or uploaded. */
export function readStage(settings: Settings, accountId: string): Statement[] {
  const of = named(settings, accountId);
  return [
    {
      sid: 'FindState',
      actions: ['s3:ListBucket'],
      resources: of.stateBucket,
    },
    {
      sid: 'ReadState',
      actions: ['s3:GetObject'],
      resources: of.state,
    },
    {
      sid: 'LockState',
      actions: ['s3:PutObject', 's3:DeleteObject'],
      resources: of.locks,
    },
    {
      sid: 'LookAtBuckets',
      actions: [
        's3:ListBucket',
        's3:GetBucket*',
        // The provider reads these too, whether or not they are set.
        's3:GetAccelerateConfiguration',
        's3:GetReplicationConfiguration',
        's3:GetEncryptionConfiguration',
        's3:GetLifecycleConfiguration',
      ],
      resources: of.buckets,
    },
    {
      sid: 'LookAtFunctions',
      actions: ['lambda:Get*', 'lambda:List*'],
      resources: [...of.functions, ...of.mappings],
    },
    {
      sid: 'LookAtTables',
      actions: ['dynamodb:Describe*', 'dynamodb:ListTagsOfResource'],
      resources: of.tables,
    },
    {
      sid: 'LookAtQueues',
      actions: ['sqs:GetQueueAttributes', 'sqs:GetQueueUrl', 'sqs:ListQueueTags'],
      resources: of.queues,
    },
    {
      sid: 'LookAtTopics',
      actions: ['sns:GetTopicAttributes', 'sns:GetSubscriptionAttributes', 'sns:ListTagsForResource'],
      resources: of.topics,
    },
    {
      sid: 'LookAtRoles',
      actions: ['iam:GetRole', 'iam:GetRolePolicy', 'iam:ListRolePolicies', 'iam:ListAttachedRolePolicies'],
      resources: of.roles,
    },
    {
      sid: 'LookAtPolicies',
      actions: ['iam:GetPolicy', 'iam:GetPolicyVersion'],
      resources: of.policies,
    },
    { sid: 'LookAtLogs', actions: ['logs:ListTagsForResource'], resources: of.logs },
    { sid: 'LookAtEvents', actions: ['events:Describe*', 'events:List*'], resources: of.events },
    {
      sid: 'LookAtAlarms',
      actions: ['cloudwatch:DescribeAlarms', 'cloudwatch:GetDashboard', 'cloudwatch:ListTagsForResource'],
      resources: of.alarms,
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
      actions: ['wafv2:GetWebACL', 'wafv2:ListTagsForResource'],
      resources: of.firewalls,
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
