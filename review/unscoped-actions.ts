/**
 * Actions that AWS cannot scope to a resource. Source: service authorization reference, of X-Ray, CloudWatch Logs, ECR, Lambda
 * and SNS; Bedrock guide, "Set up permissions to use Guardrails".
 */
export const unscopedActions: ReadonlySet<string> = new Set([
  'xray:PutTraceSegments',
  'xray:PutTelemetryRecords',
  'logs:DescribeLogGroups',
  'logs:DescribeQueryDefinitions',
  'logs:PutQueryDefinition',
  'logs:DeleteQueryDefinition',
  'ecr:GetAuthorizationToken',
  'lambda:CreateEventSourceMapping',
  'sns:GetSubscriptionAttributes',
  'sns:Unsubscribe',
  'bedrock:CreateGuardrail',
]);
