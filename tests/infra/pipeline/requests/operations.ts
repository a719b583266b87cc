import { textOf } from '../../../../local/stack/read.ts';
import type { RequestTable } from './request.ts';

const logs = (...names: string[]) => names.map((name) => `logs:${name}`);
const cloudwatch = (...names: string[]) => names.map((name) => `cloudwatch:${name}`);
const ecr = (...names: string[]) => names.map((name) => `ecr:${name}`);
const wafv2 = (...names: string[]) => names.map((name) => `wafv2:${name}`);
const bedrock = (...names: string[]) => names.map((name) => `bedrock:${name}`);
const budgets = (...names: string[]) => names.map((name) => `budgets:${name}`);

export const operations: RequestTable = {
  aws_cloudwatch_log_group: (resource, at) => {
    const arn = at.arn('logs', `log-group:${textOf(resource, 'name')}`);
    return {
      reads: [...at.onUntagged('*', logs('DescribeLogGroups')), ...at.on(arn, logs('ListTagsForResource'))],
      changes: [
        ...at.creating(arn, logs('CreateLogGroup', 'TagResource')),
        ...at.on(arn, logs('PutRetentionPolicy', 'UntagResource', 'DeleteLogGroup')),
      ],
    };
  },
  aws_cloudwatch_query_definition: (_, at) => ({
    reads: at.onUntagged('*', logs('DescribeQueryDefinitions')),
    changes: at.onUntagged('*', logs('PutQueryDefinition', 'DeleteQueryDefinition')),
  }),
  aws_cloudwatch_metric_alarm: (resource, at) => {
    const arn = at.arn('cloudwatch', `alarm:${textOf(resource, 'alarm_name')}`);
    return {
      reads: [
        ...at.onUntagged(arn, cloudwatch('DescribeAlarms')),
        ...at.on(arn, cloudwatch('ListTagsForResource')),
      ],
      changes: [
        ...at.creating(arn, cloudwatch('PutMetricAlarm', 'TagResource')),
        ...at.on(arn, cloudwatch('PutMetricAlarm', 'UntagResource', 'DeleteAlarms')),
      ],
    };
  },
  aws_cloudwatch_dashboard: (resource, at) => {
    const arn = at.arn('cloudwatch', `dashboard/${textOf(resource, 'dashboard_name')}`);
    const global = arn.replace(/^(arn:aws:cloudwatch:)[^:]+/, '$1');
    return {
      reads: at.onUntagged(global, cloudwatch('GetDashboard')),
      changes: at.onUntagged(global, cloudwatch('PutDashboard', 'DeleteDashboards')),
    };
  },
  aws_budgets_budget: (resource, at) => {
    const arn = at
      .arn('budgets', `budget/${textOf(resource, 'name')}`)
      .replace(/^(arn:aws:budgets:)[^:]+/, '$1');
    return {
      reads: at.on(arn, budgets('ViewBudget', 'ListTagsForResource')),
      changes: at.on(arn, budgets('ModifyBudget', 'TagResource', 'UntagResource')),
    };
  },
  aws_ecr_repository: (resource, at) => {
    const arn = at.arn('ecr', `repository/${textOf(resource, 'name')}`);
    return {
      reads: at.on(arn, ecr('DescribeRepositories', 'ListTagsForResource')),
      changes: [
        ...at.creating(arn, ecr('CreateRepository', 'TagResource')),
        ...at.on(arn, ecr('PutImageTagMutability', 'PutImageScanningConfiguration')),
        ...at.on(arn, ecr('UntagResource', 'DeleteRepository')),
      ],
    };
  },
  aws_ecr_lifecycle_policy: (resource, at) => {
    const arn = at.arn('ecr', `repository/${textOf(resource, 'repository')}`);
    return {
      reads: at.on(arn, ecr('GetLifecyclePolicy')),
      changes: at.on(arn, ecr('PutLifecyclePolicy', 'DeleteLifecyclePolicy')),
    };
  },
  aws_ecr_repository_policy: (resource, at) => {
    const arn = at.arn('ecr', `repository/${textOf(resource, 'repository')}`);
    return {
      reads: at.on(arn, ecr('GetRepositoryPolicy')),
      changes: at.on(arn, ecr('SetRepositoryPolicy', 'DeleteRepositoryPolicy')),
    };
  },
  aws_wafv2_web_acl: (resource, at) => {
    const arn = at.arn('wafv2', `regional/webacl/${textOf(resource, 'name')}/w1`);
    return {
      reads: at.on(arn, wafv2('GetWebACL', 'ListTagsForResource')),
      changes: [
        ...at.creating(arn, wafv2('CreateWebACL', 'TagResource')),
        ...at.on(arn, wafv2('UpdateWebACL', 'AssociateWebACL', 'UntagResource', 'DeleteWebACL')),
      ],
    };
  },
  aws_bedrock_guardrail: (resource, at) => {
    const arn = textOf(resource, 'guardrail_arn');
    return {
      reads: at.on(arn, bedrock('GetGuardrail', 'ListTagsForResource')),
      changes: [
        ...at.creating('*', bedrock('CreateGuardrail')),
        ...at.creating(at.arn('bedrock', 'guardrail/*'), bedrock('TagResource')),
        ...at.on(arn, bedrock('UpdateGuardrail', 'TagResource', 'UntagResource', 'DeleteGuardrail')),
      ],
    };
  },
  aws_bedrock_guardrail_version: (resource, at) => {
    const arn = textOf(resource, 'guardrail_arn');
    return {
      reads: at.on(arn, bedrock('GetGuardrail')),
      changes: at.on(arn, bedrock('CreateGuardrailVersion', 'DeleteGuardrail')),
    };
  },
};
