import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SynthesizedStack } from '../synthesized-stack.ts';
import { startStubProvider } from './stub/provider.ts';

/** Version of the Terraform on the PATH; undefined where there is none. */
export function terraformVersion(): string | undefined {
  const { stdout, error } = spawnSync('terraform', ['version', '-json'], {
    encoding: 'utf8',
    env: environment(),
  });
  if (error) return undefined;
  return /"terraform_version":\s*"([^"]+)"/.exec(stdout)?.[1];
}

/** How Terraform ended, and what it said. */
export interface Outcome {
  readonly ok: boolean;
  readonly output: string;
}

/** A copy of a stack, in which Terraform runs without AWS and without a network: a structural check. */
export interface Workspace extends AsyncDisposable {
  readonly folder: string;
  run(...args: string[]): Promise<Outcome>;
}

/**
 * Makes a workspace, with a stub of the AWS provider in the provider's place and its state in a file.
 * @param folder of the stack's `cdk.tf.json`
 * @param later what will take the stack's place there
 */
export async function openWorkspace(
  stack: SynthesizedStack,
  folder: string,
  later: SynthesizedStack = stack,
): Promise<Workspace> {
  const copy = mkdtempSync(join(tmpdir(), 'nova-terraform-'));
  for (const entry of readdirSync(folder).filter((name) => !name.startsWith('.') && name !== 'cdk.tf.json')) {
    cpSync(join(folder, entry), join(copy, entry), { recursive: true });
  }
  writeFileSync(join(copy, 'cdk.tf.json'), JSON.stringify(stack.file));
  writeFileSync(
    join(copy, 'state_override.tf.json'),
    JSON.stringify({ terraform: { backend: { local: {} } } }),
  );
  const provider = await startStubProvider({
    resources: Object.keys({ ...stack.file.resource, ...later.file.resource }),
    data: Object.keys({ ...stack.file.data, ...later.file.data }),
  });
  const env = {
    ...environment(),
    TF_REATTACH_PROVIDERS: provider.reattach,
    TF_DATA_DIR: join(copy, '.terraform'),
  };
  return {
    folder: copy,
    run: (...args) => run(args, copy, env),
    async [Symbol.asyncDispose]() {
      provider.close();
      rmSync(copy, { recursive: true, force: true });
    },
  };
}

/**
 * Runs the real `terraform validate` and `plan` on a stack.
 * @param variables of the stack
 */
export async function validate(
  stack: SynthesizedStack,
  folder: string,
  variables: Readonly<Record<string, string>>,
): Promise<Outcome> {
  await using workspace = await openWorkspace(stack, folder);
  for (const command of [
    ['init', '-input=false'],
    ['validate'],
    ['plan', '-input=false', '-lock=false', ...given(variables)],
  ]) {
    const outcome = await workspace.run(...command, '-no-color');
    if (!outcome.ok) return { ok: false, output: tidy(outcome.output) };
  }
  return { ok: true, output: '' };
}

/** A plan as `terraform show -json` tells it. */
export interface Planned {
  readonly stack: SynthesizedStack;
  readonly variables: Readonly<Record<string, string>>;
}

/**
 * The plan that leads from one stack to another, or from nothing.
 * @param before what was applied first, by the stub
 */
export async function planJson(folder: string, after: Planned, before?: Planned): Promise<string> {
  await using workspace = await openWorkspace((before ?? after).stack, folder, after.stack);
  const must = async (...args: string[]) => {
    const { ok, output } = await workspace.run(...args, '-no-color');
    if (!ok) throw new Error(`terraform ${args[0]}: ${tidy(output)}`);
    return output;
  };
  await must('init', '-input=false');
  if (before) {
    await must('apply', '-auto-approve', '-input=false', ...given(before.variables));
    writeFileSync(join(workspace.folder, 'cdk.tf.json'), JSON.stringify(after.stack.file));
  }
  await must('plan', '-input=false', '-out=plan.tfplan', ...given(after.variables));
  return await must('show', '-json', 'plan.tfplan');
}

const given = (variables: Readonly<Record<string, string>>) =>
  Object.entries(variables).map(([name, value]) => `-var=${name}=${value}`);

/** Keeps Terraform from asking its makers for news, and from what the user has set up for it. */
function environment(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^(TF_|AWS_)/.test(name));
  return {
    ...Object.fromEntries(own),
    CHECKPOINT_DISABLE: '1',
    TF_IN_AUTOMATION: '1',
    TF_CLI_CONFIG_FILE: '/dev/null',
  };
}

function run(args: readonly string[], cwd: string, env: NodeJS.ProcessEnv): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    // Not waited for as a block: the provider it calls is this very process.
    const child = spawn('terraform', args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const said: Buffer[] = [];
    child.stdout.on('data', (piece: Buffer) => said.push(piece));
    child.stderr.on('data', (piece: Buffer) => said.push(piece));
    child.once('error', reject);
    child.once('close', (code) => resolve({ ok: code === 0, output: Buffer.concat(said).toString() }));
  });
}

/** What Terraform says of an error, without its frame. */
function tidy(output: string): string {
  const at = output.indexOf('Error:');
  return output
    .slice(Math.max(0, at))
    .replaceAll(/^[│╷╵] ?/gm, '')
    .trim();
}

export const readStackFile = (folder: string) =>
  JSON.parse(readFileSync(join(folder, 'cdk.tf.json'), 'utf8')) as SynthesizedStack['file'];
