import type { Attribute, Block } from './bindings.ts';

const optional = (type: Attribute['type']): Attribute => ({
  type,
  ...{ required: false, optional: true, computed: false },
});

/**
 * Arguments of the deployed provider (6.66) that the bindings (6.25) lack: the stacks set them with `addOverride`, see ADR 8.
 * Remove each one as soon as the bindings have it.
 */
const newer: Readonly<Record<string, Block>> = {
  aws_s3vectors_index: {
    attributes: {},
    blocks: {
      metadata_configuration: {
        ...{ nesting: 'list', required: false, blocks: {} },
        attributes: { non_filterable_metadata_keys: optional(['list', 'string']) },
      },
    },
  },
};

/** A schema with the newer arguments. */
export function withNewer(type: string, schema: Block): Block {
  const more = newer[type];
  if (!more) return schema;
  return {
    attributes: { ...schema.attributes, ...more.attributes },
    blocks: { ...schema.blocks, ...more.blocks },
  };
}

/**
 * Arguments whose change replaces a resource: of each type that holds data, and of each that a change of others replaces. The
 * bindings do not say, so they are listed. Sources: the provider's documentation, "Forces new resource"; where it is silent,
 * `ForceNew` in the provider's schema (`internal/service/apigateway` and `internal/service/lambda`).
 */
export const replacing: Readonly<Record<string, readonly string[]>> = {
  aws_api_gateway_deployment: ['rest_api_id', 'triggers'],
  aws_api_gateway_integration: [
    'rest_api_id',
    'resource_id',
    'http_method',
    'type',
    'integration_http_method',
    'credentials',
    'passthrough_behavior',
  ],
  aws_api_gateway_method: ['rest_api_id', 'resource_id', 'http_method'],
  aws_api_gateway_resource: ['rest_api_id'],
  aws_cloudwatch_event_archive: ['name', 'event_source_arn'],
  aws_cloudwatch_event_bus: ['name'],
  aws_cloudwatch_log_group: ['name'],
  aws_dynamodb_table: ['name', 'hash_key', 'range_key'],
  aws_ecr_repository: ['name', 'encryption_configuration'],
  aws_lambda_alias: ['name', 'function_name'],
  aws_lambda_event_source_mapping: ['event_source_arn', 'starting_position', 'starting_position_timestamp'],
  aws_lambda_function: ['function_name', 'package_type', 'architectures'],
  aws_lambda_permission: [
    'action',
    'function_name',
    'principal',
    'qualifier',
    'source_account',
    'source_arn',
    'statement_id',
  ],
  aws_s3_bucket: ['bucket'],
  aws_s3vectors_index: [
    'index_name',
    'vector_bucket_name',
    'dimension',
    'distance_metric',
    'data_type',
    'metadata_configuration',
  ],
  aws_s3vectors_vector_bucket: ['vector_bucket_name'],
  aws_scheduler_schedule_group: ['name'],
  aws_sqs_queue: ['name'],
};
