import { spawnSync } from 'node:child_process';
import { IAMClient } from '@aws-sdk/client-iam';
import { S3Client } from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { UserError } from '@nova/shared/run-main';
import { readSettings, type Settings } from '../../modules/settings.ts';
import { expectNoOtherRegion } from './other-region.ts';
import { expectStateBucket } from './state-bucket.ts';

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
  await expectNoOtherRegion(new IAMClient({ region }), settings);
  const s3 = new S3Client({ region });
  await expectStateBucket(s3, stateBucket, stage);
  return { settings, account: Account, s3 };
}

/** The first version of Terraform that locks a state in S3 without DynamoDB. */
const oldest = [1, 10] as const;

/** @throws UserError when Terraform is missing or too old */
function expectTerraform(): void {
  const { error, stdout } = spawnSync('terraform', ['version', '-json'], { encoding: 'utf8' });
  const wanted = `${oldest.join('.')} or newer`;
  if (error) {
    throw new UserError(
      `Terraform is not installed, and version ${wanted} is required. See https://developer.hashicorp.com/terraform/install.`,
    );
  }
  const version = /"terraform_version":\s*"(\d+)\.(\d+)[^"]*"/.exec(stdout);
  const [major, minor] = [Number(version?.[1]), Number(version?.[2])];
  if (major > oldest[0] || (major === oldest[0] && minor >= oldest[1])) return;
  throw new UserError(
    `The version of Terraform is ${version ? `${major}.${minor}` : 'unknown'}, but ${wanted} is required, which locks the state in S3 itself.`,
  );
}
