import { HeadBucketCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { UserError } from '@nova/shared/run-main';

/** @throws UserError when the bucket of Terraform's state is not there, or belongs to somebody else */
export async function expectStateBucket(s3: S3Client, bucket: string, stage: string): Promise<void> {
  try {
    await s3.send(new HeadBucketCommand({ Bucket: bucket }));
  } catch (error) {
    const { $metadata } = error as { $metadata?: { httpStatusCode?: number } };
    if ($metadata?.httpStatusCode === 404) {
      throw new UserError(
        `There is no bucket ${bucket} to keep Terraform's state in: \`make bootstrap STAGE=${stage}\` makes it, or name another with STATE_BUCKET=….`,
      );
    }
    if ($metadata?.httpStatusCode === 403 || $metadata?.httpStatusCode === 301) {
      throw new UserError(
        `The bucket ${bucket}, meant for Terraform's state, belongs to somebody else or is elsewhere: name yours with STATE_BUCKET=….`,
      );
    }
    throw error;
  }
}

/** @throws UserError when nothing of the stage was ever deployed, naming the stages that were */
export async function expectDeployed(s3: S3Client, bucket: string, stage: string): Promise<void> {
  const { CommonPrefixes = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Delimiter: '/' }));
  const stages = CommonPrefixes.flatMap(({ Prefix }) => (Prefix ? [Prefix.replace(/\/$/, '')] : []));
  if (stages.includes(stage)) return;
  const known = stages.length > 0 ? `it knows ${stages.join(', ')}` : 'it knows none';
  throw new UserError(`Stage ${stage} is not deployed, as the states in ${bucket} tell: ${known}.`);
}
