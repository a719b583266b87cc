import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { StackName } from '@nova/shared/naming';
import { UserError } from '@nova/shared/run-main';
import { lockName } from '../../modules/provider.ts';
import { stackFolder } from './stacks.ts';

/** Bytes; the plan of all resources is about a megabyte. */
const maxOutput = 256 * 1024 * 1024;

/** The value of every variable that has no default. */
export interface Variables {
  readonly agent_core_image_digest: string;
}

/** For operations that need no image: the variable has no default. */
export const noImage: Variables = { agent_core_image_digest: `sha256:${'0'.repeat(64)}` };

/** How long to wait for a state that another command has locked. Source: Terraform, "Environment variables", `TF_CLI_ARGS_name`. */
export const lockTimeout = { TF_CLI_ARGS_plan: '-lock-timeout=5m', TF_CLI_ARGS_apply: '-lock-timeout=5m' };

/** Terraform in the folder of one stack. */
export class Terraform {
  readonly #folder: string;
  readonly #environment: NodeJS.ProcessEnv;

  constructor(folder: string, variables: Variables) {
    this.#folder = folder;
    this.#environment = {
      ...process.env,
      TF_IN_AUTOMATION: '1',
      ...lockTimeout,
      ...Object.fromEntries(Object.entries(variables).map(([name, value]) => [`TF_VAR_${name}`, value])),
    };
  }

  /**
   * Connects the folder to the state of this stage: stages use the same folder one after the other. With a committed lock
   * file, a package of the provider that the file does not name is an error; otherwise Terraform would add it to the copy.
   */
  init(): void {
    const locked = existsSync(lockName) ? ['-lockfile=readonly'] : [];
    this.#run(['init', '-input=false', '-no-color', '-reconfigure', ...locked]);
  }

  /** Plans into a file. Returns the plan as JSON. */
  plan(file: string, options: readonly string[] = []): string {
    this.init();
    this.#run(['plan', '-input=false', '-no-color', ...options, `-out=${resolve(file)}`]);
    return this.#run(['show', '-json', resolve(file)]);
  }

  /** Applies exactly the plan in a file. */
  apply(file: string): void {
    this.#run(['apply', '-input=false', '-no-color', resolve(file)], 'inherit');
  }

  #run(args: readonly string[], output: 'pipe' | 'inherit' = 'pipe'): string {
    const { status, stdout, stderr } = spawnSync('terraform', [`-chdir=${this.#folder}`, ...args], {
      env: this.#environment,
      encoding: 'utf8',
      maxBuffer: maxOutput,
      stdio: ['ignore', output, output],
    });
    if (status === 0) return stdout ?? '';
    process.stderr.write(stderr ?? '');
    throw new UserError(`\`terraform ${args[0]}\` failed in ${this.#folder}: see the message above.`);
  }
}

/**
 * Deploys synthesized stacks that nobody has planned, one after the other, with the CDKTF CLI.
 * @throws UserError when it fails; CDKTF has printed the reason itself
 */
export function cdktfDeploy(stacks: readonly StackName[], variables: Variables): void {
  const options = ['--auto-approve', '--skip-synth', '--parallelism', '1'];
  const values = Object.entries(variables).map(([name, value]) => [`TF_VAR_${name}`, value]);
  // CDKTF's own `init` would stop at the state of the previous stage, and advise to migrate it.
  for (const stack of stacks) new Terraform(stackFolder(stack), variables).init();
  const { status } = spawnSync('cdktf', ['deploy', ...stacks, ...options], {
    env: { ...process.env, ...lockTimeout, ...Object.fromEntries(values) },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (status !== 0) throw new UserError('`cdktf deploy` failed: see the message above.');
}
