import type { SynthesizedStack } from '../synthesized-stack.ts';
import type { Check } from './check.ts';

/** Types with a price by the hour, and the alternative. */
const byTheHour: Readonly<Record<string, string>> = {
  aws_nat_gateway: 'Functions need no VPC; remove it',
  aws_lb: 'API Gateway receives all requests; remove it',
  aws_elasticache_cluster: 'Sessions are in DynamoDB; remove it',
  aws_opensearchserverless_collection: 'S3 Vectors serves searches; remove it',
  aws_lambda_provisioned_concurrency_config: 'Remove it, or accept its price',
  aws_vpc_endpoint: 'Functions need no VPC; remove it',
};

/** No resource has a price by the hour, so an idle platform costs almost nothing. The setting `ownKey` asks for one key. */
export const nothingByTheHour: Check = (stack) => [
  ...stack
    .of('aws_kms_key')
    .filter(({ address }) => !encryptsATable(stack, address))
    .map(({ address }) => ({
      address,
      problem: 'costs money while idle',
      remedy: 'AWS’s own keys encrypt free of charge; remove it',
    })),
  ...stack
    .all()
    .filter(({ type }) => type in byTheHour)
    .map(({ address, type }) => ({
      address,
      problem: 'costs money while idle',
      remedy: byTheHour[type] ?? '',
    })),
  ...stack
    .of('aws_dynamodb_table')
    .filter(({ values }) => values.billing_mode !== 'PAY_PER_REQUEST')
    .map(({ address }) => ({
      address,
      problem: 'costs money while idle',
      remedy: 'Set billing_mode to PAY_PER_REQUEST',
    })),
];

const encryptsATable = (stack: SynthesizedStack, key: string) =>
  stack
    .of('aws_dynamodb_table')
    .some(({ values }) => JSON.stringify(values.server_side_encryption ?? '').includes(`\${${key}.`));
