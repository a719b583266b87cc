import { functionNames } from '@nova/shared/functions';
import { apiLogsRoleOf, functionNameOf, rolloutsRoleOf } from '@nova/shared/naming';
import type { Settings } from '../../settings.ts';

/** What of a stage a pipeline looks at and changes: everything by its name where AWS lets it be named. */
export function named({ prefix, region, stage, stateBucket }: Settings, accountId: string) {
  const at = (service: string, path: string) => `arn:aws:${service}:${region}:${accountId}:${path}`;
  return {
    // One bucket may hold the state of all stages; each has a folder.
    stateBucket: [`arn:aws:s3:::${stateBucket}`],
    state: [`arn:aws:s3:::${stateBucket}/${stage}/*`],
    locks: [`arn:aws:s3:::${stateBucket}/${stage}/*.tflock`],
    buckets: ['content', 'failures'].map((name) => `arn:aws:s3:::${prefix}-${name}-${accountId}-${region}`),
    functions: [at('lambda', `function:${prefix}-*`)],
    mappings: [at('lambda', 'event-source-mapping:*')],
    tables: [at('dynamodb', `table/${prefix}-*`)],
    queues: [at('sqs', `${prefix}-*`)],
    topics: [at('sns', `${prefix}-alarms`)],
    roles: [`arn:aws:iam::${accountId}:role/${prefix}-*`],
    // Those that the stage's work has: not the workflows' own, which nobody may widen for himself.
    workRoles: [
      ...functionNames.map((name) => functionNameOf(prefix, name)),
      apiLogsRoleOf(prefix),
      rolloutsRoleOf(prefix),
    ].map((name) => `arn:aws:iam::${accountId}:role/${name}`),
    policies: [`arn:aws:iam::${accountId}:policy/${prefix}-pipeline-*`],
    // The default bus is the account's; on it the stage has rules.
    events: [
      at('events', `rule/${prefix}-*`),
      at('events', `rule/${prefix}/*`),
      at('events', `event-bus/${prefix}`),
      at('events', `archive/${prefix}*`),
    ],
    logs: [
      at('logs', `log-group:/aws/lambda/${prefix}-*`),
      at('logs', `log-group:/aws/apigateway/${prefix}-*`),
    ],
    alarms: [at('cloudwatch', `alarm:${prefix}-*`), `arn:aws:cloudwatch::${accountId}:dashboard/${prefix}`],
    vectors: [at('s3vectors', `bucket/${prefix}-vectors`), at('s3vectors', `bucket/${prefix}-vectors/*`)],
    images: [at('ecr', `repository/${prefix}-*`)],
    rollouts: [
      at('codedeploy', `application:${prefix}-*`),
      at('codedeploy', `deploymentgroup:${prefix}-*/*`),
      at('codedeploy', 'deploymentconfig:*'),
    ],
    // Their ids are made up by AWS, so they cannot be told by name.
    api: [`arn:aws:apigateway:${region}::/*`],
    guardrails: [at('bedrock', 'guardrail/*')],
    firewalls: [at('wafv2', `regional/webacl/${prefix}-*/*`)],
    budgets: [`arn:aws:budgets::${accountId}:budget/${prefix}-*`],
  };
}
