import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '@nova/shared/run-main';
import { awsProvider, lockName } from '../../modules/provider.ts';

/** The platforms from which stages are deployed: laptops and workflows. */
export const platforms = ['linux_amd64', 'linux_arm64', 'darwin_amd64', 'darwin_arm64'] as const;

/**
 * Writes the lock file of the provider, with the hashes of its packages for every platform. Terraform downloads the packages
 * from the registry, and checks HashiCorp's signature. Source: Terraform, "Command: providers lock".
 * @param root folder of the lock file
 * @throws UserError when Terraform fails; it has printed the reason itself
 */
export function lockProvider(root: string): void {
  const folder = mkdtempSync(join(tmpdir(), 'nova-pins-'));
  try {
    writeFileSync(
      join(folder, 'versions.tf.json'),
      JSON.stringify({ terraform: { required_providers: { aws: awsProvider } } }),
    );
    const options = platforms.map((platform) => `-platform=${platform}`);
    const { status } = spawnSync('terraform', [`-chdir=${folder}`, 'providers', 'lock', ...options], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    if (status !== 0) {
      throw new UserError(
        `\`terraform providers lock\` failed: see the message above. It needs Terraform and access to registry.terraform.io.`,
      );
    }
    copyFileSync(join(folder, lockName), join(root, lockName));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
