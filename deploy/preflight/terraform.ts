import { spawnSync } from 'node:child_process';
import { UserError } from '@nova/shared/run-main';

/** The first Terraform that locks a state in S3 itself. */
const oldest = [1, 10] as const;

/** @throws UserError when there is no Terraform, or one too old */
export function expectTerraform(): void {
  const { error, stdout } = spawnSync('terraform', ['version', '-json'], { encoding: 'utf8' });
  const wanted = `${oldest.join('.')} or newer`;
  if (error) {
    throw new UserError(
      `Terraform is not installed: version ${wanted} is needed. See https://developer.hashicorp.com/terraform/install.`,
    );
  }
  const version = /"terraform_version":\s*"(\d+)\.(\d+)[^"]*"/.exec(stdout);
  const [major, minor] = [Number(version?.[1]), Number(version?.[2])];
  if (major > oldest[0] || (major === oldest[0] && minor >= oldest[1])) return;
  throw new UserError(
    `Terraform is ${version ? `${major}.${minor}` : 'of a version it does not tell'}, but ${wanted} is needed: it locks the state in S3 itself.`,
  );
}
