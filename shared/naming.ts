import type { FunctionName } from './functions.ts';
import type { Subscriber, SubscriptionName } from './subscriptions.ts';
import type { TableName } from './tables.ts';

/** Names of what the platform is made of in an AWS account: what `modules` declare and the CLI looks for. */

/** The stage whose names carry no stage. */
export const productionStage = 'prod';

/** Starts every name: `nova` in production, else `nova-<stage>`. */
export const prefixOf = (stage: string) => (stage === productionStage ? 'nova' : `nova-${stage}`);

export const tableNameOf = (prefix: string, table: TableName) => `${prefix}-${table}`;
export const functionNameOf = (prefix: string, name: FunctionName) => `${prefix}-${name}`;

/** The alias of every function that its callers call: which published version is behind it, a rollout decides. */
export const liveAlias = 'live';

/** The CodeDeploy application that moves the aliases; its groups are named as the functions. */
export const rolloutsOf = (prefix: string) => `${prefix}-rollouts`;

/** The role by which CodeDeploy moves them. */
export const rolloutsRoleOf = (prefix: string) => `${prefix}-rollouts`;

/** The role by which API Gateway writes logs. */
export const apiLogsRoleOf = (prefix: string) => `${prefix}-api-gateway-logs`;

/** The roles that GitHub's workflows take. */
export const workflowRoleOf = (prefix: string, role: 'plan' | 'deploy') => `${prefix}-${role}`;

/** The policy that bounds what workflows may let anybody do. */
export const boundaryOf = (prefix: string) => `${prefix}-boundary`;

/** The repository of the images of agent-core. */
export const imageRepositoryOf = (prefix: string) => `${prefix}-agent-core`;

export const apiNameOf = (prefix: string) => `${prefix}-api`;
export const apiKeyNameOf = (prefix: string, key: string) => `${prefix}-${key}`;

export const functionLogsOf = (prefix: string, name: FunctionName) =>
  `/aws/lambda/${functionNameOf(prefix, name)}`;
export const accessLogOf = (prefix: string) => `/aws/apigateway/${apiNameOf(prefix)}`;

export const alarmTopicOf = (prefix: string) => `${prefix}-alarms`;
export const budgetOf = (prefix: string) => `${prefix}-monthly`;

export const ruleNameOf = (prefix: string, name: SubscriptionName) => `${prefix}-${name}`;
export const eventArchiveOf = (prefix: string) => `${prefix}-domain-events`;

export const vectorBucketOf = (prefix: string) => `${prefix}-vectors`;

/** Bucket names are shared by all accounts and regions, so they carry both. */
export const contentBucketOf = (prefix: string, accountId: string, region: string) =>
  `${prefix}-content-${accountId}-${region}`;
export const failureBucketOf = (prefix: string, accountId: string, region: string) =>
  `${prefix}-failures-${accountId}-${region}`;

/** Queue of events that a function never took; of the event handler, also of those it gave up on. */
export const deadLettersOf = (prefix: string, name: Subscriber) => `${prefix}-${name}-dead-letters`;

/** Starts the names of a stage's jobs at Amazon Transcribe, which all stages of an account share. */
export const transcribePrefixOf = (prefix: string) => `${prefix}.`;

/** The stacks of a stage that a deployment applies, in that order. */
export const stackNames = ['nova-registry', 'nova-platform'] as const;

/** The stack of what workflows may do, which a person applies: else they could widen themselves. */
export const pipelineStack = 'nova-pipeline';

export type StackName = (typeof stackNames)[number] | typeof pipelineStack;

/** Keys in the bucket of the state: of a stack's state, and of what must be known to take the last rollout back. */
export const stateKeyOf = (stage: string, stack: StackName) => `${stage}/${stack}.tfstate`;
export const rolloutRecordKeyOf = (stage: string) => `${stage}/rollout.json`;
