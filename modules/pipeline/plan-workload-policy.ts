import type { Statement } from '../iam/policy.ts';
import type { Settings } from '../settings.ts';
import { ownKeyStatements } from './own-key-statements.ts';
import { stageArns } from './stage-arns.ts';

/**
 * Read the stage's workload and lock its state, without access to users' messages and files. The state contains the API keys,
 * so the plan role may also call the API. Actions have wildcards where the resource is the stage's own: the provider reads
 * each attribute with an action of its own, and new versions read more.
 */
export function planWorkloadStatements(settings: Settings, accountId: string): Statement[] {
  const arns = stageArns(settings, accountId);
  return [
    {
      sid: 'FindState',
      actions: ['s3:ListBucket'],
      resources: arns.stateBucket,
    },
    {
      sid: 'ReadState',
      actions: ['s3:GetObject'],
      resources: [...arns.states, ...arns.records],
    },
    // Terraform reads a lock before it deletes it, and to name its holder to others.
    {
      sid: 'LockState',
      actions: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'],
      resources: arns.locks,
    },
    {
      sid: 'LookAtBuckets',
      actions: [
        's3:ListBucket',
        's3:GetBucket*',
        // The provider also reads these, whether or not they are set.
        's3:GetAccelerateConfiguration',
        's3:GetReplicationConfiguration',
        's3:GetEncryptionConfiguration',
        's3:GetLifecycleConfiguration',
        's3:ListTagsForResource',
      ],
      resources: [...arns.buckets, ...arns.logBuckets],
    },
    {
      sid: 'LookAtTables',
      actions: ['dynamodb:Describe*', 'dynamodb:ListTagsOfResource'],
      resources: arns.tables,
    },
    {
      sid: 'LookAtQueues',
      actions: ['sqs:GetQueueAttributes', 'sqs:GetQueueUrl', 'sqs:ListQueueTags'],
      resources: arns.queues,
    },
    {
      sid: 'LookAtTopics',
      actions: ['sns:GetTopicAttributes', 'sns:ListSubscriptionsByTopic', 'sns:ListTagsForResource'],
      resources: arns.topics,
    },
    ...ownKeyStatements(settings, accountId).look,
    {
      sid: 'LookAtSubscriptions',
      actions: ['sns:GetSubscriptionAttributes'],
      resources: arns.topicSubscriptions,
    },
  ];
}
