import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SynthesizedStack } from '../synthesized-stack.ts';
import { startStubProvider } from './stub/provider.ts';
import { startStateServer } from './stub/state.ts';

/** Version of the Terraform on the PATH; undefined when there is none. */
export function terraformVersion(): string | undefined {
  const { stdout, error } = spawnSync('terraform', ['version', '-json'], {
    encoding: 'utf8',
    env: environment(),
  });
  if (error) return undefined;
  return /"terraform_version":\s*"([^"]+)"/.exec(stdout)?.[1];
}

/** How a run of Terraform ended, and its output. */
export interface Outcome {
  readonly ok: boolean;
  readonly output: string;
}

/** A stack, and the value of each of its variables. */
export interface StackWithVariables {
  readonly stack: SynthesizedStack;
  readonly variables: Readonly<Record<string, string>>;
}

/** A copy of a stack, in which Terraform runs without AWS and without a network: a structural check. */
export interface Workspace extends AsyncDisposable {
  run(...args: string[]): Promise<Outcome>;
  /** Starts Terraform, which then waits for answers: its input stays open. */
  start(...args: string[]): ChildProcessWithoutNullStreams;
  /** Applies a stack. The stub of the provider makes up what only AWS knows. */
  apply(stack: StackWithVariables): Promise<void>;
  /** The plan that leads to a stack from what is applied, as `terraform show -json` writes it. */
  plan(stack: StackWithVariables): Promise<string>;
}

interface WorkspaceOptions {
  /** Stacks that take the stack's place in the workspace. */
  readonly later?: readonly SynthesizedStack[];
  /** Arguments of Terraform's backend, by its type: where the state is kept instead of in memory. */
  readonly backend?: Readonly<Record<string, object>>;
}

/**
 * Makes a workspace: a stub takes the place of the AWS provider, and the state is in memory.
 * @param folder of the stack's `cdk.tf.json`
 */
export async function openWorkspace(
  stack: SynthesizedStack,
  folder: string,
  { later = [], backend }: WorkspaceOptions = {},
): Promise<Workspace> {
  const copy = mkdtempSync(join(tmpdir(), 'nova-terraform-'));
  for (const entry of readdirSync(folder).filter((name) => !name.startsWith('.') && name !== 'cdk.tf.json')) {
    cpSync(join(folder, entry), join(copy, entry), { recursive: true });
  }
  const state = await startStateServer();
  const provider = await startStubProvider({
    resources: Object.keys(Object.assign({}, ...[stack, ...later].map(({ file }) => file.resource))),
    data: Object.keys(Object.assign({}, ...[stack, ...later].map(({ file }) => file.data))),
  });
  const put = ({ file }: SynthesizedStack) => writeFileSync(join(copy, 'cdk.tf.json'), JSON.stringify(file));
  put(stack);
  writeFileSync(
    join(copy, 'state_override.tf.json'),
    JSON.stringify({ terraform: { backend: backend ?? { http: { address: state.address } } } }),
  );
  const env = {
    ...environment(),
    TF_REATTACH_PROVIDERS: provider.reattach,
    TF_DATA_DIR: join(copy, '.terraform'),
  };
  const execute = (...args: string[]) => run(args, copy, env);
  const must = async (...args: string[]) => {
    const { ok, output } = await execute(...args, '-no-color');
    if (!ok) throw new Error(`terraform ${args[0]}: ${tidy(output)}`);
    return output;
  };
  const workspace: Workspace = {
    run: execute,
    start: (...args) => spawn('terraform', args, { cwd: copy, env }),
    async apply(next) {
      put(next.stack);
      await must('init', '-input=false');
      await must('apply', '-auto-approve', '-input=false', ...variableOptions(next.variables));
    },
    async plan(next) {
      put(next.stack);
      await must('init', '-input=false');
      await must('plan', '-input=false', '-out=plan.tfplan', ...variableOptions(next.variables));
      return await must('show', '-json', 'plan.tfplan');
    },
    async [Symbol.asyncDispose]() {
      provider.close();
      state.close();
      rmSync(copy, { recursive: true, force: true });
    },
  };
  return workspace;
}

/** Runs the real `terraform validate` and `plan` on a stack. */
export async function validate({ stack, variables }: StackWithVariables, folder: string): Promise<Outcome> {
  await using workspace = await openWorkspace(stack, folder);
  for (const command of [
    ['init', '-input=false'],
    ['validate'],
    ['plan', '-input=false', '-lock=false', ...variableOptions(variables)],
  ]) {
    const outcome = await workspace.run(...command, '-no-color');
    if (!outcome.ok) return { ok: false, output: tidy(outcome.output) };
  }
  return { ok: true, output: '' };
}

/**
 * The plan that leads from one stack to another, or from nothing.
 * @param before the stack that is applied first, to the stub
 */
export async function planJson(
  folder: string,
  after: StackWithVariables,
  before?: StackWithVariables,
): Promise<string> {
  await using workspace = await openWorkspace((before ?? after).stack, folder, { later: [after.stack] });
  if (before) await workspace.apply(before);
  return await workspace.plan(after);
}

const variableOptions = (variables: Readonly<Record<string, string>>) =>
  Object.entries(variables).map(([name, value]) => `-var=${name}=${value}`);

/**
 * Keeps Terraform from asking HashiCorp for updates, and from the settings that the user made for it. Its garbage collector
 * runs only when memory gets short, which saves a quarter of the time of a plan.
 */
function environment(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^(TF_|AWS_)/.test(name));
  return {
    ...Object.fromEntries(own),
    CHECKPOINT_DISABLE: '1',
    GOGC: 'off',
    GOMEMLIMIT: '512MiB',
    TF_IN_AUTOMATION: '1',
    TF_CLI_CONFIG_FILE: '/dev/null',
  };
}

function run(args: readonly string[], cwd: string, env: NodeJS.ProcessEnv): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    // Asynchronous, since the provider that Terraform calls is this very process.
    const child = spawn('terraform', args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const pieces: Buffer[] = [];
    child.stdout.on('data', (piece: Buffer) => pieces.push(piece));
    child.stderr.on('data', (piece: Buffer) => pieces.push(piece));
    child.once('error', reject);
    child.once('close', (code) => resolve({ ok: code === 0, output: Buffer.concat(pieces).toString() }));
  });
}

/** Terraform's message for an error, without its frame. */
function tidy(output: string): string {
  const at = output.indexOf('Error:');
  return output
    .slice(Math.max(0, at))
    .replaceAll(/^[│╷╵] ?/gm, '')
    .trim();
}

export const readStackFile = (folder: string) =>
  JSON.parse(readFileSync(join(folder, 'cdk.tf.json'), 'utf8')) as SynthesizedStack['file'];
