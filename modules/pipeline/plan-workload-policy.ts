import type { Statement } from '../iam/policy.ts';
import type { Settings } from '../settings.ts';
import { named } from './stage-arns.ts';

/**
 * Look at what holds and runs a stage's work, and lock its state meanwhile; read nothing that users said or uploaded. The
 * state holds the API keys, so who may plan may call the API.
 */
export function lookAtWork(settings: Settings, accountId: string): Statement[] {
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
      resources: [...of.states, ...of.rolloutRecord],
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
      actions: ['sns:GetTopicAttributes', 'sns:ListSubscriptionsByTopic', 'sns:ListTagsForResource'],
      resources: of.topics,
    },
    // Subscriptions have no resource. Source: service authorization reference, of Amazon SNS.
    {
      sid: 'LookAtSubscriptionsThatCannotBeNamed',
      actions: ['sns:GetSubscriptionAttributes'],
      resources: ['*'],
    },
  ];
}
