import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '@nova/shared/run-main';

/** The provider of every stack, at one version. The bindings are for 6.25; newer arguments are set with `addOverride`. */
export const awsProvider = { source: 'hashicorp/aws', version: '6.66.0' } as const;

/** Holds the hashes of the provider's packages; committed in the root of the repository, and copied beside each stack. */
export const lockName = '.terraform.lock.hcl';

/**
 * Puts the committed lock file beside every synthesized stack, so that Terraform installs no other package than the locked
 * ones. Without a committed file, removes the files that `terraform init` left there: they may lock an older version.
 * @param root folder of the committed lock file
 * @param output folder of the synthesis
 * @throws UserError when the lock file is for another version of the provider
 */
export function placeProviderLock(root: string, output: string): void {
  const committed = join(root, lockName);
  const locked = existsSync(committed);
  if (locked) expectLockOfProvider(readFileSync(committed, 'utf8'));
  const stacks = join(output, 'stacks');
  for (const stack of readdirSync(stacks)) {
    const copy = join(stacks, stack, lockName);
    if (locked) copyFileSync(committed, copy);
    else rmSync(copy, { force: true });
  }
}

function expectLockOfProvider(lock: string): void {
  const { source, version } = awsProvider;
  const entry = new RegExp(`provider "registry\\.terraform\\.io/${source}" \\{\\s+version\\s+= "([^"]+)"`);
  const locked = entry.exec(lock)?.[1];
  if (locked === version) return;
  throw new UserError(
    `${lockName} locks ${locked ? `version ${locked}` : 'no version'} of ${source}, but the stacks need ${version}: run \`make pins\`, and commit the file.`,
  );
}
