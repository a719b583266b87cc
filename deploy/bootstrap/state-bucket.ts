import { CreateBucketCommand, HeadBucketCommand, type S3Client } from '@aws-sdk/client-s3';
import { UserError } from '@nova/shared/run-main';
import { statusOf } from '../aws-errors.ts';
import { inAnotherRegion } from '../preflight/state-bucket.ts';
import { missingSettings } from './missing-settings.ts';
import { readBucket } from './read-bucket.ts';
import { warningsAbout } from './warnings.ts';

export interface StateBucket {
  readonly name: string;
  readonly region: string;
  readonly stage: string;
  /** The account that must own it. */
  readonly account: string;
  /** `ADOPT`: the name of a bucket that `make bootstrap` did not create and may change nevertheless. */
  readonly adopt: string | undefined;
}

export interface Bootstrapped {
  /** Whether the bucket was created now. */
  readonly created: boolean;
  /** The settings that were made now, in words. */
  readonly changes: readonly string[];
  /** Settings that stay, although they do not suit a state. */
  readonly warnings: readonly string[];
}

/**
 * Creates the bucket of Terraform's state, or adds the settings that an existing one lacks. Settings, policy statements and
 * lifecycle rules of the bucket stay.
 * @throws UserError when another account owns a bucket of that name, or when the bucket is not the platform's and `adopt`
 *   does not name it; then nothing is changed
 */
export async function makeStateBucket(
  s3: Pick<S3Client, 'send'>,
  { name, region, stage, account, adopt }: StateBucket,
): Promise<Bootstrapped> {
  const created = await create(s3, name, region, account);
  const bucket = await readBucket(s3, name);
  const missing = missingSettings(name, bucket);
  const changes = missing.map(({ change }) => change);
  const warnings = warningsAbout(bucket, stage);
  if (!created && !bucket.isPlatforms && adopt !== name) throw notOurs(name, changes, warnings);
  for (const { command } of missing) await s3.send(command as never);
  return { created, changes, warnings };
}

async function create(
  s3: Pick<S3Client, 'send'>,
  bucket: string,
  region: string,
  account: string,
): Promise<boolean> {
  try {
    await s3.send(new HeadBucketCommand({ Bucket: bucket, ExpectedBucketOwner: account }));
    return false;
  } catch (error) {
    const status = statusOf(error);
    if (status === 403) throw taken(bucket);
    if (status === 301) throw inAnotherRegion(bucket, error);
    if (status !== 404) throw error;
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

const notOurs = (bucket: string, changes: readonly string[], warnings: readonly string[]) =>
  new UserError(
    `The bucket ${bucket} exists, and \`make bootstrap\` did not create it; nothing was changed. Choose another name with STATE_BUCKET=…, or set ADOPT=${bucket} to keep the state there: then the bucket gets ${changes.join('; ')}. Its encryption, its policy's statements and its lifecycle rules stay.${warnings.map((warning) => ` ${warning}`).join('')}`,
  );
