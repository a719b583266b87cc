import { HeadBucketCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { UserError } from '@nova/shared/run-main';
import { bucketRegionOf, statusOf } from '../aws-errors.ts';

/** @throws UserError when the bucket of Terraform's state does not exist, or belongs to another account */
export async function expectStateBucket(s3: S3Client, bucket: string, stage: string): Promise<void> {
  try {
    await s3.send(new HeadBucketCommand({ Bucket: bucket }));
  } catch (error) {
    const status = statusOf(error);
    if (status === 404) {
      throw new UserError(
        `The bucket ${bucket} for Terraform's state does not exist: create it with \`make bootstrap STAGE=${stage}\`, or name another with STATE_BUCKET=….`,
      );
    }
    if (status === 301) throw inAnotherRegion(bucket, error);
    if (status === 403) {
      throw new UserError(
        `The bucket ${bucket} for Terraform's state belongs to another account, or you have no access to it: name yours with STATE_BUCKET=…, or sign in to its account.`,
      );
    }
    throw error;
  }
}

/** The error for a bucket that S3 redirects to: Terraform's backend takes a bucket of the stage's region only. */
export function inAnotherRegion(bucket: string, error: unknown): UserError {
  const region = bucketRegionOf(error);
  return new UserError(
    `The bucket ${bucket} is in another region${region ? `, ${region}` : ''}: name a bucket of the stage's region with STATE_BUCKET=….`,
  );
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
