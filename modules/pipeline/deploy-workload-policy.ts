import type { Statement } from '../iam/policy.ts';
import type { Settings } from '../settings.ts';
import { stageArns } from './stage-arns.ts';

/**
 * Create, change and delete the stage's workload: state, buckets, functions, tables, queues and topics. The deploy role locks
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
        's3:PutBucket*',
        's3:PutEncryptionConfiguration',
        's3:PutLifecycleConfiguration',
        's3:DeleteBucketPolicy',
      ],
      resources: arns.buckets,
    },
    {
      sid: 'ChangeFunctions',
      actions: [
        'lambda:Create*',
        'lambda:Update*',
        'lambda:Delete*',
        'lambda:Put*',
        'lambda:PublishVersion',
        'lambda:AddPermission',
        'lambda:RemovePermission',
        'lambda:TagResource',
        'lambda:UntagResource',
      ],
      resources: [...arns.functions, ...arns.mappings],
    },
    // The action takes no resource; a condition limits it to the stage's functions.
    {
      sid: 'MapEventsToFunctionsThatCannotBeNamed',
      actions: ['lambda:CreateEventSourceMapping'],
      resources: ['*'],
      conditions: { ArnLike: { 'lambda:FunctionArn': arns.functions } },
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
  ];
}
