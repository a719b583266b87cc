import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type CheckName, checks, findingsIn } from '../../../review/checks/all.ts';
import { describeFinding } from '../../../review/checks/check.ts';
import { SynthesizedStack } from '../../../review/synthesized-stack.ts';
import { synthesize } from '../testing/synthesize.ts';

describe.each(['dev', 'staging', 'prod'])('%s', (stage) => {
  it('passes every check', () => {
    const { settings, ...stacks } = synthesize(stage, { PIPELINE_REPOSITORY: 'nova/platform' });
    const traits = { watched: settings.monitoring.alarms };

    expect(Object.keys(stacks)).toHaveLength(3);
    const findings = Object.values(stacks).flatMap((stack) => findingsIn(stack, traits).map(describeFinding));
    expect(findings).toEqual([]);
  });
});

type Named = Record<string, Record<string, unknown>>;

const prod = synthesize('prod').platform;
/** The production stack with one fault in it. */
function broken(change: (resources: Record<string, Named>) => void): SynthesizedStack {
  const file = structuredClone(prod.file);
  change(file.resource as Record<string, Named>);
  return new SynthesizedStack(file);
}

/** The first resource of a type, with its address. */
function first(resources: Record<string, Named>, type: string): Record<string, unknown> {
  return Object.values(resources[type] ?? {})[0] ?? {};
}
const addressOf = (type: string) => prod.of(type)[0]?.address ?? '';

function allow(resource: Record<string, unknown>, argument: string, statement: object): void {
  const policy = JSON.parse(String(resource[argument])) as { Statement: object[] };
  policy.Statement.push({ Sid: 'Seeded', Effect: 'Allow', ...statement });
  resource[argument] = JSON.stringify(policy);
}

/** Adds a statement to the first policy of a role. */
const grant = (resources: Record<string, Named>, statement: object) =>
  allow(first(resources, 'aws_iam_role_policy'), 'policy', statement);

/** Gives the first resource of a type other arguments. */
const set = (type: string, values: object) => (resources: Record<string, Named>) => {
  Object.assign(first(resources, type), values);
};

type Fault = [CheckName, string, (resources: Record<string, Named>) => void, RegExp];

const faults: Fault[] = [
  [
    'no-wildcards',
    'aws_iam_role_policy',
    (r) => allow(first(r, 'aws_iam_role_policy'), 'policy', { Action: ['s3:*'], Resource: ['arn:x'] }),
    /statement Seeded allows s3:\*\. Name the actions/,
  ],
  [
    'no-wildcards',
    'aws_iam_role_policy',
    (r) => allow(first(r, 'aws_iam_role_policy'), 'policy', { Action: ['s3:GetObject'], Resource: ['*'] }),
    /allows s3:GetObject on every resource\. Name the ARN/,
  ],
  [
    'no-public-access',
    'aws_sqs_queue_policy',
    (r) =>
      allow(first(r, 'aws_sqs_queue_policy'), 'policy', {
        Principal: { AWS: '*' },
        Action: ['sqs:SendMessage'],
      }),
    /statement Seeded allows everyone/,
  ],
  [
    'no-public-access',
    'aws_lambda_permission',
    set('aws_lambda_permission', { principal: '*' }),
    /lets any source invoke/,
  ],
  [
    'trusts-named',
    'aws_iam_role',
    (r) =>
      allow(first(r, 'aws_iam_role'), 'assume_role_policy', { Principal: '*', Action: ['sts:AssumeRole'] }),
    /can be assumed by anyone/,
  ],
  [
    'known-actions',
    'aws_iam_role_policy',
    (r) => grant(r, { Action: ['s3:GetObjects'], Resource: ['arn:aws:s3:::b/*'] }),
    /statement Seeded names s3:GetObjects, an action that AWS does not have\. Take the name from/,
  ],
  [
    'known-actions',
    'aws_iam_role_policy',
    (r) => grant(r, { Action: ['sqs:Fetch*'], Resource: ['arn:aws:sqs:us-east-1:1:q'] }),
    /names sqs:Fetch\*, an action that AWS does not have/,
  ],
  [
    'resources-taken',
    'aws_iam_role_policy',
    (r) =>
      grant(r, {
        Action: ['transcribe:StartTranscriptionJob', 'transcribe:GetTranscriptionJob'],
        Resource: ['arn:aws:transcribe:us-east-1:1:transcription-job/nova-*'],
      }),
    /Seeded never applies to transcribe:StartTranscriptionJob, which takes no resource\. Give the action a statement of its own on \*, bound by .*transcribe:OutputBucketName/,
  ],
  [
    'resources-taken',
    'aws_iam_role_policy',
    (r) => grant(r, { Action: ['s3:GetObject', 's3:ListBucket'], Resource: ['arn:aws:s3:::b'] }),
    /never applies to s3:GetObject, which takes accesspointobject, object\. Name a resource with such an ARN: .*\$\{BucketName\}\/\$\{ObjectName\}/,
  ],
  [
    'resources-taken',
    'aws_iam_role_policy',
    (r) =>
      grant(r, { Action: ['s3:GetObject'], Resource: ['arn:aws:s3:::b/*', 'arn:aws:sqs:us-east-1:1:q'] }),
    /Seeded names arn:aws:sqs:us-east-1:1:q, which none of its actions takes/,
  ],
  [
    'condition-keys-had',
    'aws_iam_role_policy',
    (r) =>
      grant(r, {
        Action: ['s3:GetObject'],
        Resource: ['arn:aws:s3:::b/*'],
        Condition: { StringLike: { 's3:prefix': 'uploads/*', 'aws:SourceAccount': '1' } },
      }),
    /has the condition key s3:prefix, which requests for s3:GetObject do not have\. Remove the condition/,
  ],
  [
    'condition-keys-had',
    'aws_iam_role_policy',
    (r) =>
      grant(r, {
        Action: ['sqs:SendMessage'],
        Resource: ['arn:aws:sqs:us-east-1:1:q'],
        Condition: { StringEquals: { 'aws:RequestTag/Stage': 'prod' } },
      }),
    /has the condition key aws:RequestTag\/Stage, which requests for sqs:SendMessage do not have/,
  ],
  [
    'private-buckets',
    'aws_s3_bucket',
    set('aws_s3_bucket_public_access_block', { block_public_policy: false }),
    /can become public: block_public_policy not set\. Declare it with PrivateBucket/,
  ],
  [
    'encrypted',
    'aws_s3_bucket',
    (r) => delete r.aws_s3_bucket_server_side_encryption_configuration,
    /encryption/,
  ],
  [
    'encrypted',
    'aws_sqs_queue',
    set('aws_sqs_queue', { sqs_managed_sse_enabled: false }),
    /is not encrypted\. Set sqs_managed_sse_enabled/,
  ],
  ['only-over-tls', 'aws_sns_topic', (r) => delete r.aws_sns_topic_policy, /without TLS/],
  [
    'protected-tables',
    'aws_dynamodb_table',
    set('aws_dynamodb_table', { point_in_time_recovery: { enabled: false } }),
    /has no point-in-time recovery\. Enable it/,
  ],
  [
    'logged-and-traced',
    'aws_lambda_function',
    (r) => delete first(r, 'aws_lambda_function').logging_config,
    /keeps its logs for ever/,
  ],
  [
    'logged-and-traced',
    'aws_lambda_function',
    set('aws_lambda_function', { tracing_config: { mode: 'PassThrough' } }),
    /is not traced/,
  ],
  [
    'failures-have-a-home',
    'aws_cloudwatch_event_target',
    (r) => delete first(r, 'aws_cloudwatch_event_target').dead_letter_config,
    /loses the events that it fails to deliver/,
  ],
  ['watched-by-alarms', 'aws_lambda_function', (r) => delete r.aws_cloudwatch_metric_alarm, /has no alarm/],
  [
    'images-by-digest',
    'aws_lambda_function',
    set('aws_lambda_function', { image_uri: 'registry/agent-core:latest' }),
    /by its tag\. Name it by digest/,
  ],
  [
    'guarded-api',
    'aws_api_gateway_method',
    set('aws_api_gateway_method', { api_key_required: false }),
    /answers requests without an API key\. Set api_key_required/,
  ],
  [
    'guarded-api',
    'aws_api_gateway_method',
    // A function answers it.
    set('aws_api_gateway_method', { api_key_required: false, http_method: 'OPTIONS' }),
    /answers requests without an API key/,
  ],
  [
    'nothing-by-the-hour',
    'aws_dynamodb_table',
    set('aws_dynamodb_table', { billing_mode: 'PROVISIONED' }),
    /PAY_PER_REQUEST/,
  ],
];

describe('a seeded fault', () => {
  it.each(faults)('%s in %s is caught, with its resource and the remedy', (check, type, change, message) => {
    const findings = findingsIn(broken(change), { watched: true }).filter(
      (finding) => finding.check === check,
    );

    expect(findings.map(describeFinding).join('\n')).toMatch(message);
    expect(findings.map(({ address }) => address)).toContain(addressOf(type));
  });

  it('of a KMS key or a NAT gateway is caught, since they cost money while idle', () => {
    const stack = broken((r) => {
      r.aws_kms_key = { own: {} };
      r.aws_nat_gateway = { way: {} };
    });

    const findings = findingsIn(stack, { watched: true }).map(({ address }) => address);

    expect(findings).toEqual(['aws_kms_key.own', 'aws_nat_gateway.way']);
  });

  it('exists for every check', () => {
    expect(new Set(faults.map(([check]) => check))).toEqual(new Set(Object.keys(checks)));
  });
});

it('docs/security.md names every check', () => {
  const page = readFileSync('docs/security.md', 'utf8');
  for (const name of Object.keys(checks)) expect(page).toContain(`\`${name}\``);
});
