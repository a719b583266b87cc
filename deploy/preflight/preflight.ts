import { S3Client } from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { readSettings, type Settings } from '../../modules/settings.ts';
import { expectStateBucket } from './state-bucket.ts';
import { expectTerraform } from './terraform.ts';

/** The stage that a command works on: its settings, the AWS account that you are signed in to, and S3 for its state. */
export interface Target {
  readonly settings: Settings;
  readonly account: string;
  readonly s3: S3Client;
}

/**
 * Checks everything that Terraform would only find missing half-way, the cheapest check first.
 * @param environment names the stage and the account
 * @throws UserError for the first that is missing; the SDK's error when there are no credentials
 */
export async function preflight(environment: NodeJS.ProcessEnv): Promise<Target> {
  const settings = readSettings(environment);
  expectTerraform();
  const { region, stateBucket, stage } = settings;
  const { Account = '' } = await new STSClient({ region }).send(new GetCallerIdentityCommand({}));
  const s3 = new S3Client({ region, followRegionRedirects: true });
  await expectStateBucket(s3, stateBucket, stage);
  return { settings, account: Account, s3 };
}
