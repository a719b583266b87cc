import {
  type BucketLifecycleConfiguration,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketPolicyCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  GetPublicAccessBlockCommand,
  type PublicAccessBlockConfiguration,
  type S3Client,
  type Tag,
} from '@aws-sdk/client-s3';
import { UserError } from '@nova/shared/run-main';

/** Marks a bucket as one that `make bootstrap` made or adopted. */
export const ownTags = { Project: 'nova', ManagedBy: 'bootstrap' };

/** Id of the lifecycle rule that bootstrap adds. */
export const oldStatesRule = 'old-states';

export interface Policy {
  readonly Version?: string;
  readonly Statement: readonly object[];
}

/** The settings of an existing bucket, as far as bootstrap makes any. */
export interface BucketSettings {
  /**
   * Whether `make bootstrap` made or adopted the bucket. It carries {@link ownTags}; a bucket of a release that set no tags
   * has both the statement that demands TLS and the rule for old states.
   */
  readonly isPlatforms: boolean;
  /** Whether it carries {@link ownTags}. */
  readonly isTagged: boolean;
  readonly tags: readonly Tag[];
  readonly publicAccess: PublicAccessBlockConfiguration;
  readonly isVersioned: boolean;
  /** Whether there is any default encryption: AES256, KMS or DSSE. */
  readonly isEncrypted: boolean;
  /** Whether the default encryption uses a key of AWS KMS. */
  readonly hasKmsKey: boolean;
  readonly policy: Policy;
  readonly lifecycle: BucketLifecycleConfiguration & { readonly TransitionDefaultMinimumObjectSize?: string };
}

type S3 = Pick<S3Client, 'send'>;

export async function readBucket(s3: S3, Bucket: string): Promise<BucketSettings> {
  const none = {};
  const [tagging, publicAccess, versioning, encryption, policyText, lifecycle] = await Promise.all([
    unless('NoSuchTagSet', s3.send(new GetBucketTaggingCommand({ Bucket }))),
    unless('NoSuchPublicAccessBlockConfiguration', s3.send(new GetPublicAccessBlockCommand({ Bucket }))),
    s3.send(new GetBucketVersioningCommand({ Bucket })),
    unless(
      'ServerSideEncryptionConfigurationNotFoundError',
      s3.send(new GetBucketEncryptionCommand({ Bucket })),
    ),
    unless('NoSuchBucketPolicy', s3.send(new GetBucketPolicyCommand({ Bucket }))),
    unless('NoSuchLifecycleConfiguration', s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }))),
  ]);
  const tags = tagging?.TagSet ?? [];
  const policy = policyOf(Bucket, policyText?.Policy);
  const encryptions = encryption?.ServerSideEncryptionConfiguration?.Rules ?? [];
  const { Rules = [], TransitionDefaultMinimumObjectSize: size } = lifecycle ?? {};
  const isTagged = Object.entries(ownTags).every(([key, value]) =>
    tags.some((tag) => tag.Key === key && tag.Value === value),
  );
  const wasMadeUntagged = demandsTls(policy, Bucket) && Rules.some(({ ID }) => ID === oldStatesRule);
  return {
    isPlatforms: isTagged || wasMadeUntagged,
    isTagged,
    tags,
    publicAccess: publicAccess?.PublicAccessBlockConfiguration ?? none,
    isVersioned: versioning.Status === 'Enabled',
    isEncrypted: encryptions.length > 0,
    hasKmsKey: encryptions.some(({ ApplyServerSideEncryptionByDefault: applied }) =>
      applied?.SSEAlgorithm?.startsWith('aws:kms'),
    ),
    policy,
    lifecycle: { Rules, ...(size && { TransitionDefaultMinimumObjectSize: size }) },
  };
}

/** Refuses every request to a bucket without TLS. */
export const tlsOnly = (bucket: string) => ({
  Effect: 'Deny',
  Principal: '*',
  Action: 's3:*',
  Resource: [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`],
  Condition: { Bool: { 'aws:SecureTransport': 'false' } },
});

/** Whether a policy has the statement, under any `Sid`. */
export function demandsTls({ Statement }: Policy, bucket: string): boolean {
  const wanted = Object.entries(tlsOnly(bucket)).map(([name, value]) => [name, JSON.stringify(value)]);
  return Statement.some((statement) =>
    wanted.every(([name = '', value]) => JSON.stringify(Reflect.get(statement, name)) === value),
  );
}

/** IAM's grammar allows a single statement without an array. */
function policyOf(bucket: string, text: string | undefined): Policy {
  if (!text) return { Version: '2012-10-17', Statement: [] };
  try {
    const policy = JSON.parse(text);
    return { ...policy, Statement: [policy.Statement].flat() };
  } catch {
    throw new UserError(`The policy of the bucket ${bucket} is not JSON: see it in the S3 console.`);
  }
}

/** The answer, or undefined for the error by which S3 reports that a bucket has no such setting. */
async function unless<Answer>(noSuch: string, answer: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await answer;
  } catch (error) {
    if ((error as Error).name === noSuch) return undefined;
    throw error;
  }
}
