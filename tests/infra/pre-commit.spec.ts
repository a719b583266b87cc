import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

let repository: string;

/** Runs a program in the repository, without the variables of a hook, which would direct git to another repository. */
const run = (program: string, ...args: string[]): SpawnSyncReturns<string> =>
  spawnSync(program, args, {
    cwd: repository,
    env: Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_'))),
    encoding: 'utf8',
  });
const git = (...args: string[]) => run('git', '-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args);

/** Stages one file of the workspace `cli` and commits it. */
function commit(source: string): { status: number | null; output: string } {
  writeFileSync(join(repository, 'cli/file.ts'), source);
  git('add', '--all', 'cli');
  const { status, stdout, stderr } = git('commit', '--message', 'Add a file');
  return { status, output: stdout + stderr };
}

beforeEach(() => {
  repository = mkdtempSync(join(tmpdir(), 'nova-hook-'));
  git('init', '--quiet');
  for (const path of ['.githooks', '.gitignore', 'biome.json', 'Makefile']) {
    cpSync(path, join(repository, path), { recursive: true });
  }
  symlinkSync(resolve('node_modules'), join(repository, 'node_modules'));
  mkdirSync(join(repository, 'cli'));
  const compilerOptions = { noEmit: true, strict: true, types: [] };
  writeFileSync(join(repository, 'cli/tsconfig.json'), `${JSON.stringify({ compilerOptions }, null, 2)}\n`);
  expect(run('make', 'hooks').status).toBe(0);
});
afterEach(() => rmSync(repository, { recursive: true, force: true }));

it('accepts a valid file', () => {
  expect(commit("export const answer: string = 'yes';\n")).toMatchObject({ status: 0 });
});

it.each([
  ['that is not formatted', 'export const answer = "yes"\n', /cli\/file\.ts format/],
  ['that the linter refuses', 'export const answer: any = 1;\n', /noExplicitAny/],
  ['of the wrong type', 'export const answer: string = 42;\n', /cli\/file\.ts.*TS2322/],
])('refuses a file %s, and names it', (_, source, message) => {
  const { status, output } = commit(source);

  expect(status).not.toBe(0);
  expect(output).toMatch(message);
  expect(git('log').status).not.toBe(0);
});
