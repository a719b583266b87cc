import type { Check } from './check.ts';

/** Types that cost money by the hour, and what does without. */
const byTheHour: Readonly<Record<string, string>> = {
  aws_nat_gateway: 'Functions need no VPC; leave it out',
  aws_lb: 'API Gateway is the way in; leave it out',
  aws_kms_key: 'AWS’s own keys encrypt for nothing; leave it out',
  aws_elasticache_cluster: 'Sessions are in DynamoDB; leave it out',
  aws_opensearchserverless_collection: 'S3 Vectors searches; leave it out',
  aws_lambda_provisioned_concurrency_config: 'Leave it out, or set it where its price is wanted',
  aws_vpc_endpoint: 'Functions need no VPC; leave it out',
};

/** A platform that nobody uses costs nothing by the hour. */
export const nothingByTheHour: Check = (stack) => [
  ...stack
    .all()
    .filter(({ type }) => type in byTheHour)
    .map(({ address, type }) => ({
      address,
      problem: 'costs money while nobody uses it',
      remedy: byTheHour[type] ?? '',
    })),
  ...stack
    .of('aws_dynamodb_table')
    .filter(({ values }) => values.billing_mode !== 'PAY_PER_REQUEST')
    .map(({ address }) => ({
      address,
      problem: 'costs money while nobody uses it',
      remedy: 'Set billing_mode to PAY_PER_REQUEST',
    })),
];
