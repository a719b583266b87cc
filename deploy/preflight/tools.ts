import { spawnSync } from 'node:child_process';
import { UserError } from '@nova/shared/run-main';

/** The first version of Terraform that locks a state in S3 without DynamoDB. */
const oldest = [1, 10] as const;

/** @throws UserError when Terraform is missing or too old */
export function expectTerraform(): void {
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
