import { IAMClient } from '@aws-sdk/client-iam';
import { S3Client } from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { readSettings, type Settings } from '../../modules/settings.ts';
import { expectNoOtherRegion } from './other-region.ts';
import { expectStateBucket, findStateBucket } from './state-bucket.ts';
import { expectTerraform } from './tools.ts';

/** The settings of a stage, with the bucket of its state. */
export interface SettingsWithState extends Settings {
  readonly stateBucket: string;
}

/** The stage that a command works on: its settings, the AWS account that you are signed in to, and S3 for its state. */
export interface Target {
  readonly settings: SettingsWithState;
  readonly account: string;
  readonly s3: S3Client;
}

/**
 * Checks everything that Terraform would only find missing half-way, the cheapest check first.
 * @param environment names the stage and the account; Terraform's `init` then finds the bucket of the state in it
 * @throws UserError for the first that is missing; the SDK's error when there are no credentials
 */
export async function preflight(environment: NodeJS.ProcessEnv): Promise<Target> {
  const settings = readSettings(environment);
  expectTerraform();
  const account = await signedIn(settings);
  await expectNoOtherRegion(new IAMClient({ region: settings.region }), settings);
  const s3 = new S3Client({ region: settings.region });
  const stateBucket = await findStateBucket(s3, settings, account);
  await expectStateBucket(s3, stateBucket, settings, account);
  // The stacks name the bucket only where STATE_BUCKET does. Source: Terraform, "Environment variables", `TF_CLI_ARGS_name`.
  if (settings.stateBucket === undefined)
    environment.TF_CLI_ARGS_init = `-backend-config=bucket=${stateBucket}`;
  return { settings: { ...settings, stateBucket }, account, s3 };
}

/** @returns the id of the account that you are signed in to */
export async function signedIn({ region }: Pick<Settings, 'region'>): Promise<string> {
  const { Account = '' } = await new STSClient({ region }).send(new GetCallerIdentityCommand({}));
  return Account;
}
