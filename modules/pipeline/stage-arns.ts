import { functionNames } from '@nova/shared/functions';
import * as naming from '@nova/shared/naming';
import {
  type Subscription,
  type SubscriptionName,
  subscribers,
  subscriptions,
} from '@nova/shared/subscriptions';
import { tableNames, tables } from '@nova/shared/tables';
import { boundaryArn } from '../iam/role-limits.ts';
import { alarmArns } from '../observability/alarms.ts';
import type { Settings } from '../settings.ts';

/**
 * ARNs of the stage's resources for the workflows' policies: by name wherever AWS allows it. AWS generates the ids of mappings,
 * guardrails and everything of API Gateway, so their ARNs are those of every stage, and need a condition.
 */
export function stageArns({ prefix, region, stage, stateBucket, accessLogs }: Settings, accountId: string) {
  const at = (service: string, path: string) => `arn:aws:${service}:${region}:${accountId}:${path}`;
  const gateway = (path: string) => `arn:aws:apigateway:${region}::${path}`;
  const topic = at('sns', naming.alarmTopicOf(prefix));
  const role = (name: string) => `arn:aws:iam::${accountId}:role/${name}`;
  const bucket = stateBucket ?? naming.stateBucketOf(prefix, accountId, region);
  // The resource and its parts: versions and aliases of a function, streams of a log group.
  const withParts = (arn: string) => [arn, `${arn}:*`];
  const logs = [
    ...functionNames.map((name) => naming.functionLogsOf(prefix, name)),
    naming.accessLogOf(prefix),
  ];
  const states = naming.stackNames.map(
    (stack) => `arn:aws:s3:::${bucket}/${naming.stateKeyOf(stage, stack)}`,
  );
  return {
    // One bucket may hold the state of all stages, each in its own folder.
    stateBucket: [`arn:aws:s3:::${bucket}`],
    // Without the pipeline stack's state, which is read by Terraform when a person applies it.
    states,
    locks: states.map((state) => `${state}.tflock`),
    records: [naming.applyRecordKeyOf, naming.rolloutRecordKeyOf].map(
      (keyOf) => `arn:aws:s3:::${bucket}/${keyOf(stage)}`,
    ),
    buckets: [naming.contentBucketOf, naming.failureBucketOf].map(
      (bucketOf) => `arn:aws:s3:::${bucketOf(prefix, accountId, region)}`,
    ),
    logBuckets: accessLogs ? [`arn:aws:s3:::${naming.accessLogsBucketOf(prefix, accountId, region)}`] : [],
    contentBucketName: naming.contentBucketOf(prefix, accountId, region),
    functions: functionNames.flatMap((name) =>
      withParts(at('lambda', `function:${naming.functionNameOf(prefix, name)}`)),
    ),
    mappings: [at('lambda', 'event-source-mapping:*')],
    // The one function that reads a stream.
    mappedFunctions: withParts(at('lambda', `function:${naming.functionNameOf(prefix, 'event-projector')}`)),
    tables: tableNames.map((name) => at('dynamodb', `table/${naming.tableNameOf(prefix, name)}`)),
    // The tables have no indexes.
    tableStreams: tableNames
      .filter((name) => tables[name].stream !== null)
      .map((name) => at('dynamodb', `table/${naming.tableNameOf(prefix, name)}/stream/*`)),
    queues: subscribers.map((name) => at('sqs', naming.deadLettersOf(prefix, name))),
    topics: [topic],
    // AWS's table gives actions on subscriptions the topic as resource; the ARN of a subscription is the topic's and an id.
    topicSubscriptions: withParts(topic),
    // Without the workflows' own roles, so that no workflow can extend its own permissions.
    workRoles: [
      ...functionNames.map((name) => role(naming.functionNameOf(prefix, name))),
      role(naming.rolloutsRoleOf(prefix)),
      role(naming.webhookSchedulesOf(prefix)),
    ],
    accountLoggingRole: [role(naming.accountLoggingRoleOf(prefix))],
    // The platform's stack of earlier releases declares it; the next deployment deletes it.
    formerLogsRole: [role(naming.apiLogsRoleOf(prefix))],
    scheduleGroups: [at('scheduler', `schedule-group/${naming.webhookSchedulesOf(prefix)}`)],
    schedules: [at('scheduler', `schedule/${naming.webhookSchedulesOf(prefix)}/*`)],
    schedulesRole: [role(naming.webhookSchedulesOf(prefix))],
    boundaries: (['functions', 'services'] as const).map((of) => boundaryArn({ prefix }, accountId, of)),
    events: [
      // The default bus belongs to the account; the stage has rules on it.
      ...rulesOnTheDefaultBus.map((name) => at('events', `rule/${naming.ruleNameOf(prefix, name)}`)),
      at('events', `rule/${prefix}/*`),
      at('events', `event-bus/${prefix}`),
      at('events', `archive/${naming.eventArchiveOf(prefix)}`),
    ],
    logs: logs.flatMap((name) => withParts(at('logs', `log-group:${name}`))),
    logStreams: functionNames.map((name) => at('logs', `log-group:${naming.functionLogsOf(prefix, name)}:*`)),
    alarms: [
      ...alarmArns({ prefix, region }, accountId),
      `arn:aws:cloudwatch::${accountId}:dashboard/${prefix}`,
    ],
    vectors: ['', '/*'].map((parts) => at('s3vectors', `bucket/${naming.vectorBucketOf(prefix)}${parts}`)),
    vectorIndexes: [at('s3vectors', `bucket/${naming.vectorBucketOf(prefix)}/index/*`)],
    images: [at('ecr', `repository/${naming.imageRepositoryOf(prefix)}`)],
    rollouts: [
      at('codedeploy', `application:${naming.rolloutsOf(prefix)}`),
      at('codedeploy', `deploymentgroup:${naming.rolloutsOf(prefix)}/*`),
      at('codedeploy', 'deploymentconfig:CodeDeployDefault.Lambda*'),
    ],
    apiCollections: ['/restapis', '/apikeys', '/usageplans'].map(gateway),
    apis: [gateway('/restapis/*')],
    requestValidators: ['', '/*'].map((parts) => gateway(`/restapis/*/requestvalidators${parts}`)),
    // A usage plan shows the values of its keys.
    apiKeys: ['/apikeys/*', '/usageplans/*'].map(gateway),
    apiTags: [gateway('/tags/*')],
    apiAccount: [gateway('/account')],
    apiStages: [gateway('/restapis/*/stages/*')],
    guardrails: [at('bedrock', 'guardrail/*')],
    firewalls: [at('wafv2', `regional/webacl/${naming.apiNameOf(prefix)}/*`)],
    // AWS's managed rule groups, which a web ACL references.
    firewallRules: [at('wafv2', 'regional/managedruleset/*')],
    budgets: [naming.budgetOf, naming.accountBudgetOf].map(
      (budgetOf) => `arn:aws:budgets::${accountId}:budget/${budgetOf(prefix)}`,
    ),
  };
}

const rulesOnTheDefaultBus = Object.entries<Subscription>(subscriptions).flatMap(([name, { bus }]) =>
  bus === 'default' ? [name as SubscriptionName] : [],
);
