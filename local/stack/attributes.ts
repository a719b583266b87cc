import type { AwsLocation } from '../contracts.ts';
import { stableId, stableUuid } from './identifiers.ts';

/** One argument of the resource, resolved; throws where it is missing and there is no default. */
type Argument = (name: string, otherwise?: string) => string;
type Attribute = (argument: Argument, location: AwsLocation, address: string) => unknown;
type Attributes = Readonly<Record<string, Attribute>>;

const arn =
  (service: string, path: (argument: Argument, address: string) => string): Attribute =>
  (argument, { region, accountId }, address) =>
    `arn:aws:${service}:${region}:${accountId}:${path(argument, address)}`;
const same =
  (name: string): Attribute =>
  (argument) =>
    argument(name);
const id: Attribute = (_, __, address) => stableId(address);
const functionArn = arn('lambda', (argument) => `function:${argument('function_name')}`);
const lambdaInvocation =
  (version: string, action: string): Attribute =>
  (...at) =>
    `arn:aws:apigateway:${at[1].region}:lambda:path/${version}/functions/${functionArn(...at)}/${action}`;
/** DynamoDB labels a stream with the moment it was enabled; here, always this one. */
const streamLabel = '2026-01-01T00:00:00.000';
const queueUrl: Attribute = (argument, { region, accountId }) =>
  `https://sqs.${region}.amazonaws.com/${accountId}/${argument('name')}`;

/**
 * The attributes that AWS computes once a resource exists, by resource type: the one place where the local platform
 * invents attributes. Types not listed have an `id` only.
 */
export const computed: Readonly<Record<string, Attributes>> = {
  aws_api_gateway_api_key: {
    id,
    arn: (_, { region }, address) => `arn:aws:apigateway:${region}::/apikeys/${stableId(address)}`,
  },
  aws_api_gateway_deployment: { id },
  aws_api_gateway_rest_api: {
    id,
    arn: (_, { region }, address) => `arn:aws:apigateway:${region}::/restapis/${stableId(address)}`,
    root_resource_id: (_, __, address) => stableId(`${address} /`),
    execution_arn: arn('execute-api', (_, address) => stableId(address)),
  },
  aws_api_gateway_request_validator: { id },
  aws_api_gateway_resource: { id },
  aws_api_gateway_stage: {
    id,
    arn: (argument, { region }) =>
      `arn:aws:apigateway:${region}::/restapis/${argument('rest_api_id')}/stages/${argument('stage_name')}`,
    execution_arn: arn('execute-api', (argument) => `${argument('rest_api_id')}/${argument('stage_name')}`),
    invoke_url: (argument, { region }) =>
      `https://${argument('rest_api_id')}.execute-api.${region}.amazonaws.com/${argument('stage_name')}`,
  },
  aws_api_gateway_usage_plan: { id },
  aws_bedrock_guardrail: {
    guardrail_id: id,
    guardrail_arn: arn('bedrock', (_, address) => `guardrail/${stableId(address)}`),
    version: () => 'DRAFT',
    status: () => 'READY',
  },
  aws_bedrock_guardrail_version: { version: () => '1' },
  aws_cloudwatch_event_archive: { id: same('name'), arn: arn('events', (a) => `archive/${a('name')}`) },
  aws_cloudwatch_event_bus: { id: same('name'), arn: arn('events', (a) => `event-bus/${a('name')}`) },
  aws_cloudwatch_event_rule: {
    id: same('name'),
    arn: (argument, { region, accountId }) => {
      const bus = argument('event_bus_name', 'default');
      const path = bus === 'default' ? argument('name') : `${bus}/${argument('name')}`;
      return `arn:aws:events:${region}:${accountId}:rule/${path}`;
    },
  },
  aws_cloudwatch_log_group: { id: same('name'), arn: arn('logs', (a) => `log-group:${a('name')}`) },
  aws_cloudwatch_metric_alarm: {
    id: same('alarm_name'),
    arn: arn('cloudwatch', (a) => `alarm:${a('alarm_name')}`),
  },
  aws_dynamodb_table: {
    id: same('name'),
    arn: arn('dynamodb', (a) => `table/${a('name')}`),
    stream_arn: arn('dynamodb', (a) => `table/${a('name')}/stream/${streamLabel}`),
    stream_label: () => streamLabel,
  },
  aws_ecr_repository: {
    id: same('name'),
    arn: arn('ecr', (a) => `repository/${a('name')}`),
    repository_url: (argument, { region, accountId }) =>
      `${accountId}.dkr.ecr.${region}.amazonaws.com/${argument('name')}`,
  },
  aws_iam_policy: {
    id: (argument, { accountId }) => `arn:aws:iam::${accountId}:policy/${argument('name')}`,
    arn: (argument, { accountId }) => `arn:aws:iam::${accountId}:policy/${argument('name')}`,
  },
  aws_iam_role: {
    id: same('name'),
    arn: (argument, { accountId }) => `arn:aws:iam::${accountId}:role/${argument('name')}`,
    unique_id: (_, __, address) => `AROA${stableId(address, 17).toUpperCase()}`,
  },
  aws_lambda_alias: {
    id: same('name'),
    arn: (argument, ...at) => `${functionArn(argument, ...at)}:${argument('name')}`,
  },
  aws_lambda_event_source_mapping: {
    id: (_, __, address) => stableUuid(address),
    uuid: (_, __, address) => stableUuid(address),
  },
  aws_lambda_function: {
    id: same('function_name'),
    arn: functionArn,
    qualified_arn: (...at) => `${functionArn(...at)}:$LATEST`,
    version: () => '$LATEST',
    invoke_arn: lambdaInvocation('2015-03-31', 'invocations'),
    response_streaming_invoke_arn: lambdaInvocation('2021-11-15', 'response-streaming-invocations'),
  },
  aws_s3_bucket: {
    id: same('bucket'),
    arn: (argument) => `arn:aws:s3:::${argument('bucket')}`,
    bucket_domain_name: (argument) => `${argument('bucket')}.s3.amazonaws.com`,
    bucket_regional_domain_name: (argument, { region }) => `${argument('bucket')}.s3.${region}.amazonaws.com`,
    region: (_, { region }) => region,
  },
  aws_s3vectors_index: {
    index_arn: arn('s3vectors', (a) => `bucket/${a('vector_bucket_name')}/index/${a('index_name')}`),
  },
  aws_s3vectors_vector_bucket: {
    vector_bucket_arn: arn('s3vectors', (a) => `bucket/${a('vector_bucket_name')}`),
  },
  aws_scheduler_schedule_group: {
    id: same('name'),
    arn: arn('scheduler', (a) => `schedule-group/${a('name')}`),
  },
  aws_sns_topic: { id: arn('sns', (a) => a('name')), arn: arn('sns', (a) => a('name')) },
  aws_sqs_queue: { id: queueUrl, url: queueUrl, arn: arn('sqs', (a) => a('name')) },
};

/** The attributes of any other type. */
export const anyResource: Attributes = { id };
