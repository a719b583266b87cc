import { type Resource, type SynthesizedStack, statementsOf } from '../synthesized-stack.ts';
import type { Check, Finding } from './check.ts';

/** Resources of a type that stand beside another one, such as a bucket's policy. */
const beside = (stack: SynthesizedStack, type: string, argument: string, owner: Resource) =>
  stack.of(type).filter(({ values }) => refersTo(stack, values[argument], owner));

function refersTo(stack: SynthesizedStack, expression: unknown, owner: Resource): boolean {
  return (
    String(expression).includes(`\${${owner.address}.`) &&
    stack.referred(expression).address === owner.address
  );
}

const walls = ['block_public_acls', 'block_public_policy', 'ignore_public_acls', 'restrict_public_buckets'];

/** No bucket can be opened to the public, by a policy or by an ACL. */
export const privateBuckets: Check = (stack) =>
  stack.of('aws_s3_bucket').flatMap((bucket): Finding[] => {
    const [wall] = beside(stack, 'aws_s3_bucket_public_access_block', 'bucket', bucket);
    const open = walls.filter((name) => wall?.values[name] !== true);
    if (open.length === 0) return [];
    return [
      {
        address: bucket.address,
        problem: `may become public: ${open.join(', ')} not set`,
        remedy: 'Declare it with PrivateBucket (modules/data/private-bucket.ts)',
      },
    ];
  });

/** What holds data is encrypted at rest. Tables and vectors are by AWS, always. */
export const encrypted: Check = (stack) => [
  ...stack
    .of('aws_s3_bucket')
    .filter(
      (bucket) =>
        beside(stack, 'aws_s3_bucket_server_side_encryption_configuration', 'bucket', bucket).length === 0,
    )
    .map(({ address }) => ({
      address,
      problem: 'says nothing of its encryption',
      remedy: 'Declare it with PrivateBucket (modules/data/private-bucket.ts)',
    })),
  ...stack
    .of('aws_sqs_queue')
    .filter(({ values }) => values.sqs_managed_sse_enabled !== true && !values.kms_master_key_id)
    .map(({ address }) => ({
      address,
      problem: 'is not encrypted',
      remedy: 'Set sqs_managed_sse_enabled',
    })),
];

/** Types that hold data, the policy beside each, and the argument that names it there. */
const reachable = [
  ['aws_s3_bucket', 'aws_s3_bucket_policy', 'bucket'],
  ['aws_sqs_queue', 'aws_sqs_queue_policy', 'queue_url'],
  ['aws_sns_topic', 'aws_sns_topic_policy', 'arn'],
] as const;

/** Buckets, queues and topics refuse what comes without TLS. */
export const onlyOverTls: Check = (stack) =>
  reachable.flatMap(([type, policyType, argument]) =>
    stack
      .of(type)
      .filter((resource) => {
        const statements = beside(stack, policyType, argument, resource).flatMap(({ values }) =>
          statementsOf(values.policy),
        );
        return !statements.some(
          ({ Effect, Condition }) =>
            Effect === 'Deny' && Condition?.Bool?.['aws:SecureTransport'] === 'false',
        );
      })
      .map(({ address }) => ({
        address,
        problem: 'may be reached without TLS',
        remedy: 'Put onlyWithTls into its policy (modules/iam/policy.ts)',
      })),
  );

/** Tables that people rely on can be brought back, and not be deleted by mistake. */
export const protectedTables: Check = (stack, { watched }) =>
  (watched ? stack.of('aws_dynamodb_table') : []).flatMap(({ address, values }) => {
    const recovery = values.point_in_time_recovery as { enabled?: boolean } | undefined;
    const missing = [
      ...(recovery?.enabled === true ? [] : ['point-in-time recovery']),
      ...(values.deletion_protection_enabled === true ? [] : ['deletion protection']),
    ];
    if (missing.length === 0) return [];
    const remedy = 'Switch it on in the protection of the stage (modules/settings.ts)';
    return [{ address, problem: `has no ${missing.join(' and no ')}`, remedy }];
  });
