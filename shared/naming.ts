import type { FunctionName } from './functions.ts';
import type { Subscriber, SubscriptionName } from './subscriptions.ts';
import type { TableName } from './tables.ts';

/** Names of the platform's resources in an AWS account: `modules` declare them, the CLI looks for them. */

/** The stage whose resource names omit the stage. */
export const productionStage = 'prod';

/** Stage names are short, because bucket names contain them and S3 allows bucket names 63 characters. */
export const stagePattern = /^[a-z][a-z0-9-]{0,14}[a-z0-9]$/;

/** Prefix of every name: `nova` in production, otherwise `nova-<stage>`. */
export const prefixOf = (stage: string) => (stage === productionStage ? 'nova' : `nova-${stage}`);

export const tableNameOf = (prefix: string, table: TableName) => `${prefix}-${table}`;
export const functionNameOf = (prefix: string, name: FunctionName) => `${prefix}-${name}`;

/** The alias that callers of a function use; a rollout decides which published version it stands for. */
export const liveAlias = 'live';

/** The CodeDeploy application that moves the aliases; its groups have the names of the functions. */
export const rolloutsOf = (prefix: string) => `${prefix}-rollouts`;

/** The role that CodeDeploy uses to move them. */
export const rolloutsRoleOf = (prefix: string) => `${prefix}-rollouts`;

/** The role that API Gateway uses to write logs, where no workflow deploys the stage. */
export const apiLogsRoleOf = (prefix: string) => `${prefix}-api-gateway-logs`;

/** The same for a stage that workflows deploy: the pipeline's stack declares it, out of their reach. */
export const accountLoggingRoleOf = (prefix: string) => `${prefix}-account-logging`;

/** The group of the schedules of webhooks' next calls, and the role in whose name they call. */
export const webhookSchedulesOf = (prefix: string) => `${prefix}-webhooks`;

/** The roles that GitHub's workflows assume. */
export const workflowRoleOf = (prefix: string, role: 'plan' | 'deploy') => `${prefix}-${role}`;

/** The policy that limits which rights workflows may give to functions. */
export const boundaryOf = (prefix: string) => `${prefix}-boundary`;

/** The same for the roles of services that act on functions, such as CodeDeploy. */
export const servicesBoundaryOf = (prefix: string) => `${prefix}-services-boundary`;

/** The repository of the images of agent-core. */
export const imageRepositoryOf = (prefix: string) => `${prefix}-agent-core`;

export const apiNameOf = (prefix: string) => `${prefix}-api`;
export const apiKeyNameOf = (prefix: string, key: string) => `${prefix}-${key}`;

export const functionLogsOf = (prefix: string, name: FunctionName) =>
  `/aws/lambda/${functionNameOf(prefix, name)}`;
export const accessLogOf = (prefix: string) => `/aws/apigateway/${apiNameOf(prefix)}`;

export const alarmTopicOf = (prefix: string) => `${prefix}-alarms`;
export const budgetOf = (prefix: string) => `${prefix}-monthly`;
/** The budget for everything in the stage's account. */
export const accountBudgetOf = (prefix: string) => `${prefix}-account`;

export const ruleNameOf = (prefix: string, name: SubscriptionName) => `${prefix}-${name}`;
export const eventArchiveOf = (prefix: string) => `${prefix}-domain-events`;

export const vectorBucketOf = (prefix: string) => `${prefix}-vectors`;

/** Bucket names are global, so they contain the account and the region. */
export const contentBucketOf = (prefix: string, accountId: string, region: string) =>
  `${prefix}-content-${accountId}-${region}`;
export const failureBucketOf = (prefix: string, accountId: string, region: string) =>
  `${prefix}-failures-${accountId}-${region}`;

/** Bucket of Terraform's state, unless `STATE_BUCKET` names another. */
export const stateBucketOf = (prefix: string, accountId: string, region: string) =>
  `${prefix}-state-${accountId}-${region}`;
/** Its name by default before it held the account and the region; a stage that has its state there keeps it. */
export const olderStateBucketOf = (prefix: string) => `${prefix}-terraform-state`;

/** Bucket of S3's access logs of the other two; only where the stage's settings ask for them. */
export const accessLogsBucketOf = (prefix: string, accountId: string, region: string) =>
  `${prefix}-access-logs-${accountId}-${region}`;

/** Alias of the stage's own KMS key; only where its settings ask for one. */
export const ownKeyAliasOf = (prefix: string) => `alias/${prefix}-stream-keys`;

/** Queue of events that a function never accepted; for the event handler, also of those it gave up on. */
export const deadLettersOf = (prefix: string, name: Subscriber) => `${prefix}-${name}-dead-letters`;

/** Prefix of the names of a stage's jobs at Amazon Transcribe, which all stages of an account share. */
export const transcribePrefixOf = (prefix: string) => `${prefix}.`;

/** The stacks of a stage that a deployment applies, in that order. */
export const stackNames = ['nova-registry', 'nova-platform'] as const;

/** The stack with the rights of workflows. A person applies it, or workflows could extend their own rights. */
export const pipelineStack = 'nova-pipeline';

export type StackName = (typeof stackNames)[number] | typeof pipelineStack;

/** Keys in the state bucket: a stack's state, and the records of the last apply and the last rollout. */
export const stateKeyOf = (stage: string, stack: StackName) => `${stage}/${stack}.tfstate`;
export const applyRecordKeyOf = (stage: string) => `${stage}/apply.json`;
export const rolloutRecordKeyOf = (stage: string) => `${stage}/rollout.json`;
