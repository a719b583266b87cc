import { type Resource, type SynthesizedStack, statementsOf } from '../synthesized-stack.ts';
import type { Check, Finding } from './check.ts';

/** Resources of a type that configure another one, such as a bucket's policy. */
const companionsOf = (stack: SynthesizedStack, type: string, argument: string, owner: Resource) =>
  stack.of(type).filter(({ values }) => refersTo(stack, values[argument], owner));

function refersTo(stack: SynthesizedStack, expression: unknown, owner: Resource): boolean {
  return (
    String(expression).includes(`\${${owner.address}.`) &&
    stack.referred(expression).address === owner.address
  );
}

const publicAccessBlocks = [
  'block_public_acls',
  'block_public_policy',
  'ignore_public_acls',
  'restrict_public_buckets',
];

/** No policy or ACL can open a bucket to the public. */
export const privateBuckets: Check = (stack) =>
  stack.of('aws_s3_bucket').flatMap((bucket): Finding[] => {
    const [block] = companionsOf(stack, 'aws_s3_bucket_public_access_block', 'bucket', bucket);
    const open = publicAccessBlocks.filter((name) => block?.values[name] !== true);
    if (open.length === 0) return [];
    return [
      {
        address: bucket.address,
        problem: `can become public: ${open.join(', ')} not set`,
        remedy: 'Declare it with PrivateBucket (modules/data/private-bucket.ts)',
      },
    ];
  });

/** Data is encrypted at rest. AWS always encrypts tables and vectors. */
export const encrypted: Check = (stack) => [
  ...stack
    .of('aws_s3_bucket')
    .filter(
      (bucket) =>
        companionsOf(stack, 'aws_s3_bucket_server_side_encryption_configuration', 'bucket', bucket).length ===
        0,
    )
    .map(({ address }) => ({
      address,
      problem: 'does not configure its encryption',
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

/** Types that hold data, the type of their policy, and the argument of the policy that names them. */
const reachable = [
  ['aws_s3_bucket', 'aws_s3_bucket_policy', 'bucket'],
  ['aws_sqs_queue', 'aws_sqs_queue_policy', 'queue_url'],
  ['aws_sns_topic', 'aws_sns_topic_policy', 'arn'],
] as const;

/** Buckets, queues and topics refuse requests without TLS. */
export const onlyOverTls: Check = (stack) =>
  reachable.flatMap(([type, policyType, argument]) =>
    stack
      .of(type)
      .filter((resource) => {
        const statements = companionsOf(stack, policyType, argument, resource).flatMap(({ values }) =>
          statementsOf(values.policy),
        );
        return !statements.some(
          ({ Effect, Condition }) =>
            Effect === 'Deny' && Condition?.Bool?.['aws:SecureTransport'] === 'false',
        );
      })
      .map(({ address }) => ({
        address,
        problem: 'accepts requests without TLS',
        remedy: 'Add onlyWithTls to its policy (modules/iam/policy.ts)',
      })),
  );

/** Tables of a watched stage can be restored, and cannot be deleted by mistake. */
export const protectedTables: Check = (stack, { watched }) =>
  (watched ? stack.of('aws_dynamodb_table') : []).flatMap(({ address, values }) => {
    const recovery = values.point_in_time_recovery as { enabled?: boolean } | undefined;
    const missing = [
      ...(recovery?.enabled === true ? [] : ['point-in-time recovery']),
      ...(values.deletion_protection_enabled === true ? [] : ['deletion protection']),
    ];
    if (missing.length === 0) return [];
    const remedy = 'Enable it in the protection of the stage (modules/settings.ts)';
    return [{ address, problem: `has no ${missing.join(' and no ')}`, remedy }];
  });
