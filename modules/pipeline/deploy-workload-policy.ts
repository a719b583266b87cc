import type { Statement } from '../iam/policy.ts';
import type { Settings } from '../settings.ts';
import { ownKeyStatements } from './own-key-statements.ts';
import { stageArns } from './stage-arns.ts';

/**
 * Create, change and delete the stage's workload: state, buckets, tables, queues and topics. The deploy role locks
 * the state with the plan role's policies, which it has too.
 */
export function deployWorkloadStatements(settings: Settings, accountId: string): Statement[] {
  const arns = stageArns(settings, accountId);
  return [
    {
      sid: 'WriteState',
      actions: ['s3:PutObject', 's3:DeleteObject'],
      resources: [...arns.states, ...arns.records],
    },
    {
      sid: 'ChangeBuckets',
      actions: [
        's3:CreateBucket',
        's3:DeleteBucket',
        's3:PutBucketCORS',
        's3:PutBucketNotification',
        's3:PutBucketOwnershipControls',
        's3:PutBucketPolicy',
        's3:DeleteBucketPolicy',
        's3:PutBucketPublicAccessBlock',
        's3:PutEncryptionConfiguration',
        's3:PutLifecycleConfiguration',
        // Terraform tags with the second where it may, and with the first elsewhere.
        's3:PutBucketTagging',
        's3:TagResource',
        's3:UntagResource',
        ...(settings.accessLogs ? ['s3:PutBucketLogging'] : []),
      ],
      resources: [...arns.buckets, ...arns.logBuckets],
    },
    {
      sid: 'ChangeTables',
      actions: [
        'dynamodb:CreateTable',
        'dynamodb:UpdateTable',
        'dynamodb:DeleteTable',
        'dynamodb:UpdateContinuousBackups',
        'dynamodb:UpdateTimeToLive',
        'dynamodb:TagResource',
        'dynamodb:UntagResource',
      ],
      resources: arns.tables,
    },
    {
      sid: 'ChangeQueues',
      actions: [
        'sqs:CreateQueue',
        'sqs:DeleteQueue',
        'sqs:SetQueueAttributes',
        'sqs:TagQueue',
        'sqs:UntagQueue',
      ],
      resources: arns.queues,
    },
    {
      sid: 'ChangeTopics',
      actions: [
        'sns:CreateTopic',
        'sns:DeleteTopic',
        'sns:SetTopicAttributes',
        'sns:Subscribe',
        'sns:TagResource',
        'sns:UntagResource',
      ],
      resources: arns.topics,
    },
    { sid: 'EndSubscriptions', actions: ['sns:Unsubscribe'], resources: arns.topicSubscriptions },
    ...ownKeyStatements(settings, accountId).change,
  ];
}
