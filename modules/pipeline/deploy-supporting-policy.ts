import type { Statement } from '../iam/policy.ts';
import type { Settings } from '../settings.ts';
import { stageArns } from './stage-arns.ts';

/** Create, change and delete the workload's supporting resources: events, logs, alarms, images and others. */
export function deploySupportingStatements(settings: Settings, accountId: string): Statement[] {
  const arns = stageArns(settings, accountId);
  return [
    {
      sid: 'ChangeEvents',
      actions: [
        'events:CreateEventBus',
        'events:UpdateEventBus',
        'events:DeleteEventBus',
        'events:CreateArchive',
        'events:UpdateArchive',
        'events:DeleteArchive',
        'events:PutRule',
        'events:DeleteRule',
        'events:PutTargets',
        'events:RemoveTargets',
        'events:TagResource',
        'events:UntagResource',
      ],
      resources: arns.events,
    },
    {
      sid: 'ChangeLogs',
      actions: [
        'logs:CreateLogGroup',
        'logs:DeleteLogGroup',
        'logs:PutRetentionPolicy',
        'logs:DeleteRetentionPolicy',
        'logs:TagResource',
        'logs:UntagResource',
      ],
      resources: arns.logs,
    },
    {
      sid: 'ChangeAlarms',
      actions: [
        'cloudwatch:PutMetricAlarm',
        'cloudwatch:DeleteAlarms',
        'cloudwatch:PutDashboard',
        'cloudwatch:DeleteDashboards',
        'cloudwatch:TagResource',
        'cloudwatch:UntagResource',
      ],
      resources: arns.alarms,
    },
    {
      sid: 'ChangeVectors',
      actions: [
        's3vectors:CreateVectorBucket',
        's3vectors:DeleteVectorBucket',
        's3vectors:CreateIndex',
        's3vectors:DeleteIndex',
        's3vectors:TagResource',
        's3vectors:UntagResource',
      ],
      resources: arns.vectors,
    },
    {
      sid: 'ChangeImages',
      actions: [
        'ecr:CreateRepository',
        'ecr:DeleteRepository',
        'ecr:PutImageScanningConfiguration',
        'ecr:PutImageTagMutability',
        'ecr:SetRepositoryPolicy',
        'ecr:DeleteRepositoryPolicy',
        'ecr:PutLifecyclePolicy',
        'ecr:DeleteLifecyclePolicy',
        'ecr:BatchCheckLayerAvailability',
        'ecr:InitiateLayerUpload',
        'ecr:UploadLayerPart',
        'ecr:CompleteLayerUpload',
        'ecr:PutImage',
        'ecr:BatchGetImage',
        'ecr:TagResource',
        'ecr:UntagResource',
      ],
      resources: arns.images,
    },
    {
      sid: 'ChangeTheBudget',
      actions: ['budgets:ModifyBudget', 'budgets:TagResource', 'budgets:UntagResource'],
      resources: arns.budgets,
    },
    // None of these takes a resource or has a condition key that tells stages apart: AWS's table of actions.
    {
      sid: 'WhatCannotBeNamed',
      actions: [
        // A rollback stops a rollout in progress.
        'codedeploy:StopDeployment',
        'ecr:GetAuthorizationToken',
        'logs:PutQueryDefinition',
        'logs:DeleteQueryDefinition',
      ],
      resources: ['*'],
    },
  ];
}
