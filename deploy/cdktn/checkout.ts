import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { UserError } from '@nova/shared/run-main';

/** Files of the checkout, tracked or new, that are not ignored. */
export const filesOf = (root: string): string[] =>
  run(root, 'git', ['ls-files', '--cached', '--others', '--exclude-standard'], 'pipe').trim().split('\n');

/** Copies a checkout with its built functions, but without its packages. */
export function copyCheckout(root: string, files: readonly string[], to: string): void {
  for (const file of files) {
    mkdirSync(join(to, dirname(file)), { recursive: true });
    cpSync(join(root, file), join(to, file));
  }
  cpSync(join(root, 'lambdas', 'dist'), join(to, 'lambdas', 'dist'), { recursive: true });
}

/** Synthesizes a stage, with the stack of its workflows. */
export function synthesize(root: string, stage: string, output: string): void {
  mkdirSync(output, { recursive: true });
  const settings = { STAGE: stage, PIPELINE_REPOSITORY: 'owner/name', CDKTF_OUTDIR: output };
  run(root, process.execPath, ['main.ts'], 'inherit', { ...process.env, ...settings });
}

/** Installs packages as `make install` does: by the machine's own Node, because that replaces the project's. */
export function installPackages(root: string): void {
  const PATH = (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => !folder.endsWith(join('node_modules', '.bin')))
    .join(delimiter);
  const env = { ...process.env, PATH };
  run(
    root,
    'npm',
    ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'],
    'inherit',
    env,
  );
  run(root, 'npm', ['rebuild', 'node', 'esbuild', '--loglevel=error'], 'inherit', env);
}

/** Checks the types of the infrastructure and its tests. */
export const checkTypes = (root: string) =>
  run(root, join(root, 'node_modules', '.bin', 'tsc'), ['-p', '.'], 'inherit');

/** @throws UserError when the command fails; it has printed the reason itself */
function run(
  cwd: string,
  command: string,
  args: readonly string[],
  output: 'pipe' | 'inherit',
  env: NodeJS.ProcessEnv = process.env,
): string {
  const { status, stdout, error } = spawnSync(command, args, {
    ...{ cwd, env, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
    stdio: ['ignore', output, 'inherit'],
  });
  if (status === 0) return stdout ?? '';
  throw new UserError(`\`${command} ${args.join(' ')}\` failed in ${cwd}: ${error?.message ?? 'see above'}.`);
}
