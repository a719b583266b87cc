import {
  CreateBucketCommand,
  HeadBucketCommand,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutPublicAccessBlockCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { UserError } from '@nova/shared/run-main';

/** Days for which S3 keeps a state after a newer one has replaced it. */
const oldStatesKept = 90;

/**
 * Creates the bucket of Terraform's state, or configures the existing one.
 * @returns whether it was created now
 * @throws UserError when another account owns a bucket of that name
 */
export async function makeStateBucket(
  s3: Pick<S3Client, 'send'>,
  bucket: string,
  region: string,
): Promise<boolean> {
  const made = await create(s3, bucket, region);
  const Bucket = bucket;
  await s3.send(
    new PutPublicAccessBlockCommand({
      Bucket,
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
    }),
  );
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
  await s3.send(
    new PutBucketEncryptionCommand({
      Bucket,
      ServerSideEncryptionConfiguration: {
        Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
    }),
  );
  await s3.send(new PutBucketPolicyCommand({ Bucket, Policy: tlsOnly(bucket) }));
  await s3.send(
    new PutBucketLifecycleConfigurationCommand({
      Bucket,
      LifecycleConfiguration: {
        Rules: [
          {
            ID: 'old-states',
            Status: 'Enabled',
            Filter: {},
            NoncurrentVersionExpiration: { NoncurrentDays: oldStatesKept },
            AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
          },
        ],
      },
    }),
  );
  return made;
}

async function create(s3: Pick<S3Client, 'send'>, bucket: string, region: string): Promise<boolean> {
  try {
    await s3.send(new HeadBucketCommand({ Bucket: bucket }));
    return false;
  } catch (error) {
    const { name, $metadata } = error as { name: string; $metadata?: { httpStatusCode?: number } };
    if ($metadata?.httpStatusCode === 403) throw taken(bucket);
    if (name !== 'NotFound' && name !== 'NoSuchBucket') throw error;
  }
  try {
    // us-east-1 is the default location of a bucket, and S3 refuses it as an explicit one.
    const place = region === 'us-east-1' ? {} : { LocationConstraint: region as 'eu-west-1' };
    await s3.send(new CreateBucketCommand({ Bucket: bucket, CreateBucketConfiguration: place }));
    return true;
  } catch (error) {
    if ((error as Error).name === 'BucketAlreadyExists') throw taken(bucket);
    throw error;
  }
}

const taken = (bucket: string) =>
  new UserError(
    `The bucket ${bucket} belongs to another account, or you have no access to it: bucket names are unique across AWS. Choose another name with STATE_BUCKET=…, for this and every later command.`,
  );

const tlsOnly = (bucket: string) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'OnlyWithTls',
        Effect: 'Deny',
        Principal: '*',
        Action: 's3:*',
        Resource: [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`],
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
    ],
  });
