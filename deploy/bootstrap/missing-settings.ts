import {
  type LifecycleRule,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  PutPublicAccessBlockCommand,
  type TransitionDefaultMinimumObjectSize,
} from '@aws-sdk/client-s3';
import {
  type BucketSettings,
  demandsTls,
  oldStatesRule,
  ownTags,
  type Policy,
  tlsOnly,
} from './read-bucket.ts';

/** Days for which S3 keeps a state after a newer one has replaced it. */
const oldStatesKept = 90;

export interface MissingSetting {
  /** What the bucket gets, in words. */
  readonly change: string;
  readonly command: object;
}

/**
 * The settings that a bucket for Terraform's state lacks. Each only adds: an encryption of any kind stays, and so do the
 * statements of the policy and the lifecycle rules, because S3 replaces a whole policy, rule list or tag set at once.
 */
export function missingSettings(Bucket: string, bucket: BucketSettings): MissingSetting[] {
  const closed = {
    BlockPublicAcls: true,
    BlockPublicPolicy: true,
    IgnorePublicAcls: true,
    RestrictPublicBuckets: true,
  };
  const isClosed = Object.keys(closed).every((name) => Reflect.get(bucket.publicAccess, name) === true);
  const Rules = (bucket.lifecycle.Rules ?? []).map(withFilter);
  const { TransitionDefaultMinimumObjectSize: size } = bucket.lifecycle;
  const otherTags = bucket.tags.filter(({ Key = '' }) => !(Key in ownTags));
  const tags = Object.entries(ownTags).map(([Key, Value]) => ({ Key, Value }));
  const settings: [isThere: boolean, change: string, command: () => object][] = [
    // First, so that the next run recognises the bucket when this one ends half-way.
    [
      bucket.isTagged,
      `the tags ${tags.map(({ Key, Value }) => `${Key}=${Value}`).join(' and ')}`,
      () => new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet: [...otherTags, ...tags] } }),
    ],
    [
      isClosed,
      'a block of all public access',
      () => new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration: closed }),
    ],
    [
      bucket.isVersioned,
      'versioning',
      () => new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }),
    ],
    [
      bucket.isEncrypted,
      'encryption with AES256',
      () =>
        new PutBucketEncryptionCommand({
          Bucket,
          ServerSideEncryptionConfiguration: {
            Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
          },
        }),
    ],
    [
      demandsTls(bucket.policy, Bucket),
      'a policy statement that refuses requests without TLS',
      () => new PutBucketPolicyCommand({ Bucket, Policy: withTls(bucket.policy, Bucket) }),
    ],
    [
      Rules.some(({ ID }) => ID === oldStatesRule),
      `a lifecycle rule that deletes replaced objects after ${oldStatesKept} days`,
      () =>
        new PutBucketLifecycleConfigurationCommand({
          Bucket,
          ...(size && { TransitionDefaultMinimumObjectSize: size as TransitionDefaultMinimumObjectSize }),
          LifecycleConfiguration: { Rules: [...Rules, oldStates] },
        }),
    ],
  ];
  return settings.flatMap(([isThere, change, command]) => (isThere ? [] : [{ change, command: command() }]));
}

const oldStates: LifecycleRule = {
  ID: oldStatesRule,
  Status: 'Enabled',
  Filter: {},
  NoncurrentVersionExpiration: { NoncurrentDays: oldStatesKept },
  AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
};

/** S3 refuses rules with a `Filter` beside rules with a bare `Prefix`, the older form of the same. */
function withFilter({ Prefix, ...rule }: LifecycleRule): LifecycleRule {
  return Prefix === undefined ? rule : { ...rule, Filter: { Prefix } };
}

/** A `Sid` must be unique in its policy: a statement of others keeps it. */
function withTls(policy: Policy, bucket: string): string {
  const Sid = 'OnlyWithTls';
  const isFree = !policy.Statement.some((statement) => Reflect.get(statement, 'Sid') === Sid);
  const statement = { ...(isFree && { Sid }), ...tlsOnly(bucket) };
  return JSON.stringify({ ...policy, Statement: [...policy.Statement, statement] });
}
