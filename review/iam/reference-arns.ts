/** ARNs with the form of those that Terraform's references stand for, by resource type and attribute. */
const forms: Readonly<Record<string, string>> = {
  'aws_bedrock_guardrail.guardrail_arn': 'arn:aws:bedrock:region:0:guardrail/x',
  'aws_cloudwatch_event_bus.arn': 'arn:aws:events:region:0:event-bus/x',
  'aws_cloudwatch_log_group.arn': 'arn:aws:logs:region:0:log-group:x',
  'aws_dynamodb_table.arn': 'arn:aws:dynamodb:region:0:table/x',
  'aws_dynamodb_table.stream_arn': 'arn:aws:dynamodb:region:0:table/x/stream/x',
  'aws_iam_role.arn': 'arn:aws:iam::0:role/x',
  'aws_kms_key.arn': 'arn:aws:kms:region:0:key/x',
  'aws_s3_bucket.arn': 'arn:aws:s3:::x',
  'aws_s3vectors_index.index_arn': 'arn:aws:s3vectors:region:0:bucket/x/index/x',
  'aws_scheduler_schedule_group.arn': 'arn:aws:scheduler:region:0:schedule-group/x',
  'aws_sns_topic.arn': 'arn:aws:sns:region:0:x',
  'aws_sqs_queue.arn': 'arn:aws:sqs:region:0:x',
};

/**
 * A resource of a statement, with an example in place of each reference.
 * @throws Error for a reference to an ARN whose form is not listed
 */
export const withExampleArns = (resource: string): string =>
  resource.replaceAll(/\$\{([^}]*)\}/g, (_, expression: string) => {
    const [, type, attribute = ''] = /^(?:data\.)?(\w+)\.[\w-]+\.(\w+)$/.exec(expression) ?? [];
    const form = forms[`${type}.${attribute}`];
    if (form === undefined && attribute.endsWith('arn'))
      throw new Error(`${expression}: add the form of this ARN to review/iam/reference-arns.ts`);
    return form ?? 'x';
  });
