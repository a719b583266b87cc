import { HeadBucketCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { UserError } from '@nova/shared/run-main';

/** @throws UserError when the bucket of Terraform's state does not exist, or belongs to another account */
export async function expectStateBucket(s3: S3Client, bucket: string, stage: string): Promise<void> {
  try {
    await s3.send(new HeadBucketCommand({ Bucket: bucket }));
  } catch (error) {
    const { $metadata } = error as { $metadata?: { httpStatusCode?: number } };
    if ($metadata?.httpStatusCode === 404) {
      throw new UserError(
        `The bucket ${bucket} for Terraform's state does not exist: create it with \`make bootstrap STAGE=${stage}\`, or name another with STATE_BUCKET=….`,
      );
    }
    if ($metadata?.httpStatusCode === 403 || $metadata?.httpStatusCode === 301) {
      throw new UserError(
        `The bucket ${bucket} for Terraform's state belongs to another account or is in another region: name yours with STATE_BUCKET=….`,
      );
    }
    throw error;
  }
}

/** @throws UserError when the stage was never deployed; it names the stages that were */
export async function expectDeployed(s3: S3Client, bucket: string, stage: string): Promise<void> {
  const { CommonPrefixes = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Delimiter: '/' }));
  const stages = CommonPrefixes.flatMap(({ Prefix }) => (Prefix ? [Prefix.replace(/\/$/, '')] : []));
  if (stages.includes(stage)) return;
  const known =
    stages.length > 0 ? `that bucket holds the states of ${stages.join(', ')}` : 'that bucket holds no state';
  throw new UserError(`Stage ${stage} is not deployed: ${bucket} holds no state of it (${known}).`);
}
