import { HeadBucketCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { olderStateBucketOf, stateBucketOf } from '@nova/shared/naming';
import { UserError } from '@nova/shared/run-main';
import { namedFor, type Settings } from '../../modules/settings.ts';
import { bucketRegionOf, statusOf } from '../aws-errors.ts';

type S3 = Pick<S3Client, 'send'>;

/**
 * The bucket of a stage's state: the one that `STATE_BUCKET` names; or the one whose name holds the account and the region; or,
 * where the account has only that, the one of an older release. Names are unique across AWS: without the account's id, anybody
 * could own the name.
 */
export async function findStateBucket(
  s3: S3,
  { stateBucket, prefix, region }: Pick<Settings, 'stateBucket' | 'prefix' | 'region'>,
  account: string,
): Promise<string> {
  if (stateBucket !== undefined) return stateBucket;
  const bucket = stateBucketOf(prefix, account, region);
  const older = olderStateBucketOf(prefix);
  return !(await isOwn(s3, bucket, account)) && (await isOwn(s3, older, account)) ? older : bucket;
}

/** Whether the account owns a bucket of this name, in the region of the client. */
async function isOwn(s3: S3, bucket: string, account: string): Promise<boolean> {
  try {
    await s3.send(new HeadBucketCommand({ Bucket: bucket, ExpectedBucketOwner: account }));
    return true;
  } catch (error) {
    if ([301, 403, 404].includes(statusOf(error) ?? 0)) return false;
    throw error;
  }
}

/**
 * @param account the account that must own the bucket: another's could be open to us, and would read the state
 * @throws UserError when the bucket of Terraform's state does not exist, or belongs to another account
 */
export async function expectStateBucket(
  s3: S3,
  bucket: string,
  stage: Pick<Settings, 'stage' | 'region'>,
  account: string,
): Promise<void> {
  try {
    await s3.send(new HeadBucketCommand({ Bucket: bucket, ExpectedBucketOwner: account }));
  } catch (error) {
    const status = statusOf(error);
    if (status === 404) {
      throw new UserError(
        `The bucket ${bucket} for Terraform's state does not exist: create it with \`make bootstrap ${namedFor(stage)}\`, or name another with STATE_BUCKET=….`,
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
    `The bucket ${bucket} is in another region${region ? `, ${region}` : ''}: give the region of the stage with REGION=…, or name a bucket of its region with STATE_BUCKET=….`,
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
