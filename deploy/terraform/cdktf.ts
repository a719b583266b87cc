import { spawnSync } from 'node:child_process';
import type { StackName } from '@nova/shared/naming';
import { UserError } from '@nova/shared/run-main';
import { stackFolder } from './stacks.ts';
import { lockTimeout, Terraform, type Variables } from './terraform.ts';

/**
 * Deploys or destroys the synthesized stacks, one after the other, with the CDKTF CLI.
 * @throws UserError when it fails; CDKTF has printed the reason itself
 */
export function cdktf(
  command: 'deploy' | 'destroy',
  stacks: readonly StackName[],
  variables: Variables,
): void {
  const options = ['--auto-approve', '--skip-synth', '--parallelism', '1'];
  const values = Object.entries(variables).map(([name, value]) => [`TF_VAR_${name}`, value]);
  // CDKTF's own `init` would stop at the state of the previous stage, and advise to migrate it.
  for (const stack of stacks) new Terraform(stackFolder(stack), variables).init();
  const { status } = spawnSync('cdktf', [command, ...stacks, ...options], {
    env: { ...process.env, ...lockTimeout, ...Object.fromEntries(values) },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (status !== 0) throw new UserError(`\`cdktf ${command}\` failed: see the message above.`);
}
