import type { LoadedStack } from './load.ts';

/** What runs each resource type here. */
const run: Readonly<Record<string, string>> = {
  aws_api_gateway_api_key: 'gateway',
  aws_api_gateway_gateway_response: 'gateway',
  aws_api_gateway_integration: 'gateway',
  aws_api_gateway_method: 'gateway',
  aws_api_gateway_method_settings: 'gateway',
  aws_api_gateway_model: 'gateway',
  aws_api_gateway_request_validator: 'gateway',
  aws_api_gateway_resource: 'gateway',
  aws_api_gateway_rest_api: 'gateway',
  aws_api_gateway_stage: 'gateway',
  aws_api_gateway_usage_plan: 'gateway',
  aws_api_gateway_usage_plan_key: 'gateway',
  aws_bedrock_guardrail: 'bedrock',
  aws_cloudwatch_event_archive: 'eventbridge',
  aws_cloudwatch_event_bus: 'eventbridge',
  aws_cloudwatch_event_rule: 'eventbridge',
  aws_cloudwatch_event_target: 'eventbridge',
  aws_dynamodb_table: 'dynamodb',
  aws_iam_policy: 'iam',
  aws_iam_role: 'iam',
  aws_iam_role_policy: 'iam',
  aws_iam_role_policy_attachment: 'iam',
  aws_lambda_alias: 'lambda',
  aws_lambda_event_source_mapping: 'dynamodb streams',
  aws_lambda_function: 'lambda',
  aws_lambda_function_event_invoke_config: 'lambda',
  aws_lambda_permission: 'lambda',
  aws_s3_bucket: 's3',
  aws_s3_bucket_cors_configuration: 's3',
  aws_s3_bucket_notification: 's3',
  aws_s3vectors_index: 's3vectors',
  aws_s3vectors_vector_bucket: 's3vectors',
  aws_sqs_queue: 'sqs',
  aws_sqs_queue_policy: 'sqs',
};

/** Types that need nothing on one machine, and why. */
const needless: Readonly<Record<string, string>> = {
  aws_api_gateway_account: 'the access log is a local file',
  aws_api_gateway_deployment: 'the stage always serves the stack as it is',
  aws_api_gateway_method_response: 'a proxy integration answers by itself',
  aws_bedrock_guardrail_version: 'the guardrail of the stack is its only version',
  aws_budgets_budget: 'nothing costs money locally',
  aws_cloudwatch_dashboard: 'no metrics are kept',
  aws_cloudwatch_log_group: 'logs are local files',
  aws_cloudwatch_log_metric_filter: 'no metrics are kept',
  aws_cloudwatch_log_resource_policy: 'logs are local files',
  aws_cloudwatch_metric_alarm: 'no metrics are kept',
  aws_cloudwatch_query_definition: 'logs are local files',
  aws_codedeploy_app: 'the alias always stands for what is built',
  aws_codedeploy_deployment_group: 'the alias always stands for what is built',
  aws_ecr_repository: 'the image function runs from its bundle',
  aws_s3_bucket_lifecycle_configuration: 'nothing is kept long enough to expire',
  aws_s3_bucket_ownership_controls: 'one account owns everything',
  aws_s3_bucket_policy: 'only the stack’s own roles call, without TLS',
  aws_s3_bucket_public_access_block: 'nothing is public on 127.0.0.1',
  aws_s3_bucket_server_side_encryption_configuration: 'the disk’s encryption is its owner’s',
  aws_s3_bucket_versioning: 'objects keep their last version only',
  aws_wafv2_web_acl: 'nobody attacks 127.0.0.1',
  aws_wafv2_web_acl_association: 'nobody attacks 127.0.0.1',
  aws_sns_topic: 'alarms do not ring locally',
  aws_sns_topic_policy: 'alarms do not ring locally',
  aws_sns_topic_subscription: 'alarms do not ring locally',
};

/** Resource types of the stack that neither run here nor are known to need nothing, with their counts. */
export function unknownTypes(stack: LoadedStack): ReadonlyMap<string, number> {
  return new Map([...stack.types].filter(([type]) => !(type in run) && !(type in needless)));
}
