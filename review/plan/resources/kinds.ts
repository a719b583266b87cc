/** The noun for a kind of resource, and the attribute with its name. */
export interface Kind {
  readonly noun: string;
  readonly named: string;
}

/** Kinds with their own noun. Any other is described by its type and its address. */
const kinds: Readonly<Record<string, Kind>> = {
  aws_api_gateway_api_key: { noun: 'API key', named: 'name' },
  aws_api_gateway_method: { noun: 'route', named: 'operation_name' },
  aws_api_gateway_rest_api: { noun: 'API', named: 'name' },
  aws_api_gateway_stage: { noun: 'API stage', named: 'stage_name' },
  aws_bedrock_guardrail: { noun: 'guardrail', named: 'name' },
  aws_cloudwatch_event_archive: { noun: 'event archive', named: 'name' },
  aws_cloudwatch_event_bus: { noun: 'event bus', named: 'name' },
  aws_cloudwatch_event_rule: { noun: 'rule', named: 'name' },
  aws_cloudwatch_event_target: { noun: 'target of rule', named: 'rule' },
  aws_cloudwatch_log_group: { noun: 'log group', named: 'name' },
  aws_cloudwatch_metric_alarm: { noun: 'alarm', named: 'alarm_name' },
  aws_dynamodb_table: { noun: 'table', named: 'name' },
  aws_ecr_lifecycle_policy: { noun: 'lifecycle of image repository', named: 'repository' },
  aws_ecr_repository: { noun: 'image repository', named: 'name' },
  aws_ecr_repository_policy: { noun: 'policy of image repository', named: 'repository' },
  aws_iam_policy: { noun: 'managed policy', named: 'name' },
  aws_iam_role: { noun: 'role', named: 'name' },
  aws_iam_role_policies_exclusive: { noun: 'all policies of role', named: 'role_name' },
  aws_iam_role_policy: { noun: 'policy of role', named: 'role' },
  aws_iam_role_policy_attachment: { noun: 'managed policy of role', named: 'role' },
  aws_iam_role_policy_attachments_exclusive: { noun: 'all managed policies of role', named: 'role_name' },
  aws_kms_key: { noun: 'key', named: 'description' },
  aws_lambda_alias: { noun: 'alias of function', named: 'function_name' },
  aws_lambda_event_source_mapping: { noun: 'stream into function', named: 'function_name' },
  aws_lambda_function: { noun: 'function', named: 'function_name' },
  aws_lambda_function_event_invoke_config: {
    noun: 'failure destination of function',
    named: 'function_name',
  },
  aws_lambda_function_url: { noun: 'address of function', named: 'function_name' },
  aws_lambda_permission: { noun: 'permission to call function', named: 'function_name' },
  aws_s3_bucket: { noun: 'bucket', named: 'bucket' },
  aws_s3_bucket_cors_configuration: { noun: 'CORS of bucket', named: 'bucket' },
  aws_s3_bucket_lifecycle_configuration: { noun: 'lifecycle of bucket', named: 'bucket' },
  aws_s3_bucket_notification: { noun: 'notification of bucket', named: 'bucket' },
  aws_s3_bucket_ownership_controls: { noun: 'ownership of bucket', named: 'bucket' },
  aws_s3_bucket_policy: { noun: 'policy of bucket', named: 'bucket' },
  aws_s3_bucket_public_access_block: { noun: 'public access block of bucket', named: 'bucket' },
  aws_s3_bucket_server_side_encryption_configuration: { noun: 'encryption of bucket', named: 'bucket' },
  aws_s3vectors_index: { noun: 'vector index', named: 'index_name' },
  aws_s3vectors_vector_bucket: { noun: 'vector bucket', named: 'vector_bucket_name' },
  aws_scheduler_schedule_group: { noun: 'schedule group', named: 'name' },
  aws_sns_topic: { noun: 'topic', named: 'name' },
  aws_sns_topic_policy: { noun: 'policy of topic', named: 'arn' },
  aws_sqs_queue: { noun: 'queue', named: 'name' },
  aws_sqs_queue_policy: { noun: 'policy of queue', named: 'queue_url' },
};

export const kindOf = (type: string): Kind | undefined => kinds[type];

/** `aws_api_gateway_model` → `api gateway model` */
export const typeInWords = (type: string) => type.replace(/^aws_/, '').replaceAll('_', ' ');
