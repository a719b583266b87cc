import { S3Client } from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { readSettings, type Settings } from '../../modules/settings.ts';
import { expectStateBucket } from './state-bucket.ts';
import { expectTerraform } from './terraform.ts';

/** Where commands that use Terraform work. */
export interface Site {
  readonly settings: Settings;
  readonly account: string;
  readonly s3: S3Client;
}

/**
 * Looks at all that Terraform would only miss half-way, what costs least first.
 * @param environment names the stage and the account
 * @throws SettingsError or UserError for the first that is missing; the SDK's error where there are no credentials
 */
export async function preflight(environment: NodeJS.ProcessEnv): Promise<Site> {
  const settings = readSettings(environment);
  expectTerraform();
  const { region, stateBucket, stage } = settings;
  const { Account = '' } = await new STSClient({ region }).send(new GetCallerIdentityCommand({}));
  const s3 = new S3Client({ region, followRegionRedirects: true });
  await expectStateBucket(s3, stateBucket, stage);
  return { settings, account: Account, s3 };
}
