import type { Statement } from '../iam/policy.ts';
import type { Settings } from '../settings.ts';
import { stageArns } from './stage-arns.ts';

/** Create, change and delete the workload's supporting resources: events, logs, alarms, the API and others. */
export function deploySupportingStatements(settings: Settings, accountId: string): Statement[] {
  const arns = stageArns(settings, accountId);
  return [
    {
      sid: 'ChangeEvents',
      actions: [
        'events:Create*',
        'events:Update*',
        'events:Delete*',
        'events:Put*',
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
        'ecr:Put*',
        'ecr:SetRepositoryPolicy',
        'ecr:DeleteRepositoryPolicy',
        'ecr:DeleteLifecyclePolicy',
        'ecr:BatchCheckLayerAvailability',
        'ecr:InitiateLayerUpload',
        'ecr:UploadLayerPart',
        'ecr:CompleteLayerUpload',
        'ecr:BatchGetImage',
        'ecr:TagResource',
        'ecr:UntagResource',
      ],
      resources: arns.images,
    },
    {
      sid: 'ChangeRollouts',
      actions: [
        'codedeploy:Create*',
        'codedeploy:Update*',
        'codedeploy:Delete*',
        'codedeploy:RegisterApplicationRevision',
        'codedeploy:TagResource',
        'codedeploy:UntagResource',
      ],
      resources: arns.rollouts,
    },
    {
      sid: 'ChangeTheApi',
      actions: ['apigateway:POST', 'apigateway:PUT', 'apigateway:PATCH', 'apigateway:DELETE'],
      resources: arns.api,
    },
    {
      sid: 'ChangeGuardrails',
      actions: [
        'bedrock:UpdateGuardrail',
        'bedrock:DeleteGuardrail',
        'bedrock:CreateGuardrailVersion',
        'bedrock:TagResource',
        'bedrock:UntagResource',
      ],
      resources: arns.guardrails,
    },
    {
      sid: 'ChangeFirewalls',
      actions: [
        'wafv2:CreateWebACL',
        'wafv2:UpdateWebACL',
        'wafv2:DeleteWebACL',
        'wafv2:TagResource',
        'wafv2:UntagResource',
      ],
      resources: [...arns.firewalls, ...arns.firewallRules],
    },
    // Both services must allow it: AWS WAF guide, "Actions that require additional permissions settings".
    {
      sid: 'PutFirewallsBeforeTheApi',
      actions: ['wafv2:AssociateWebACL', 'wafv2:DisassociateWebACL', 'apigateway:SetWebACL'],
      resources: [...arns.firewalls, ...arns.apiStages],
    },
    {
      sid: 'ChangeTheBudget',
      actions: ['budgets:ModifyBudget', 'budgets:TagResource', 'budgets:UntagResource'],
      resources: arns.budgets,
    },
    {
      sid: 'WhatCannotBeNamed',
      actions: [
        // A guardrail has no ARN before it is created.
        'bedrock:CreateGuardrail',
        // A rollback stops a rollout in progress. The action takes no resource and has no condition key.
        'codedeploy:StopDeployment',
        'ecr:GetAuthorizationToken',
        'logs:PutQueryDefinition',
        'logs:DeleteQueryDefinition',
        'sns:Unsubscribe',
      ],
      resources: ['*'],
    },
  ];
}
