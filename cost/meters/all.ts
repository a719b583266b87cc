import { UserError } from '@nova/shared/run-main';
import type { SynthesizedStack } from '../../review/synthesized-stack.ts';
import type { Line, Meter } from '../line.ts';
import type { Usage } from '../usage.ts';
import * as around from './around.ts';
import { bucket, images, table, vectors } from './data.ts';
import { lambdaFunction, provisionedConcurrency } from './functions.ts';

const meters: Readonly<Record<string, Meter>> = {
  aws_api_gateway_rest_api: around.restApi,
  aws_bedrock_guardrail: around.guardrail,
  aws_cloudwatch_dashboard: around.dashboard,
  aws_cloudwatch_event_archive: around.archive,
  aws_cloudwatch_event_bus: around.bus,
  aws_cloudwatch_metric_alarm: around.alarm,
  aws_dynamodb_table: table,
  aws_ecr_repository: images,
  aws_elasticache_cluster: around.cache,
  aws_kms_key: around.key,
  aws_lambda_function: lambdaFunction,
  aws_lambda_provisioned_concurrency_config: provisionedConcurrency,
  aws_lb: around.loadBalancer,
  aws_nat_gateway: around.nat,
  aws_s3_bucket: bucket,
  aws_s3vectors_index: vectors,
  aws_scheduler_schedule_group: around.schedules,
  aws_sqs_queue: around.queue,
  aws_wafv2_web_acl: around.firewall,
};

/** Types that are not billed themselves, by the start of their names, with the reason. */
const free: Readonly<Record<string, string>> = {
  aws_api_gateway_: 'billed by the request, with the API',
  aws_bedrock_guardrail_version: 'billed by the text, with the guardrail',
  aws_budgets_budget: 'a budget without actions is free',
  aws_cloudwatch_event_rule: 'billed by the event, with the bus',
  aws_cloudwatch_event_target: 'billed by the event, with the bus',
  aws_cloudwatch_log_group: 'billed by ingestion, with the function',
  aws_cloudwatch_query_definition: 'a saved query is free; running it is billed by the data that it reads',
  aws_codedeploy_: 'free for Lambda',
  aws_ecr_: 'settings of the registry',
  aws_iam_: 'free',
  aws_kms_alias: 'a name of the key',
  aws_lambda_: 'billed with the function',
  aws_s3_bucket_: 'settings of the bucket',
  aws_s3vectors_vector_bucket: 'billed with the index',
  aws_sns_: 'the first 1,000 e-mails a month are free',
  aws_sqs_queue_policy: 'a setting of the queue',
  aws_wafv2_web_acl_association: 'billed with the web ACL',
};

/** A type without a price. */
export class UnknownCostError extends UserError {
  override readonly name = 'UnknownCostError';

  constructor(address: string, type: string) {
    super(
      `${address}: the cost of ${type} is unknown. Add a meter for it, or a reason for being free, in cost/meters/all.ts.`,
    );
  }
}

/**
 * The cost of a stack in a month.
 * @throws UnknownCostError
 */
export function linesOf(stack: SynthesizedStack, usage: Usage): Line[] {
  return stack.all().flatMap((resource) => {
    const { type, address } = resource;
    const meter = meters[type];
    if (meter) return meter(resource, usage, stack);
    if (Object.keys(free).some((start) => type.startsWith(start))) return [];
    throw new UnknownCostError(address, type);
  });
}
