import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { awsProvider, lockName } from '../../../modules/provider.ts';
import { placeholderArtifacts } from '../testing/synthesize.ts';

const checkout = resolve(import.meta.dirname, '..', '..', '..');
const files = ['nova-registry', 'nova-platform'].map((name) =>
  join('cdktf.out', 'stacks', name, 'cdk.tf.json'),
);

/** A copy of the inputs of synthesis in another directory, with linked packages. */
function copyCheckout(directory: string): string {
  mkdirSync(join(directory, 'node_modules', '@nova'), { recursive: true });
  for (const part of ['main.ts', 'cdktf.json', 'package.json', 'modules', 'shared']) {
    cpSync(join(checkout, part), join(directory, part), {
      recursive: true,
      filter: (source) => !source.endsWith('node_modules'),
    });
  }
  for (const name of readdirSync(join(checkout, 'node_modules'))) {
    if (name === '@nova') continue;
    symlinkSync(join(checkout, 'node_modules', name), join(directory, 'node_modules', name));
  }
  symlinkSync(join(checkout, 'shared', 'node_modules'), join(directory, 'shared', 'node_modules'));
  symlinkSync(join(directory, 'shared'), join(directory, 'node_modules', '@nova', 'shared'));
  return directory;
}

/** Runs the app as `make synth` does. */
function run(directory: string, environment: Record<string, string> = {}) {
  const { CDKTF_OUTDIR: _, STAGE: __, ...inherited } = process.env;
  return spawnSync(join(checkout, 'node_modules', '.bin', 'node'), ['main.ts'], {
    cwd: directory,
    env: { ...inherited, ...environment },
    encoding: 'utf8',
    timeout: 900_000,
  });
}

const outputOf = (directory: string) => files.map((file) => readFileSync(join(directory, file), 'utf8'));

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

let root: string;
let here: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'nova-synth-'));
  here = copyCheckout(join(root, 'here'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('synthesis', () => {
  it('names the remedy when the functions are not built', () => {
    const { status, stderr, stdout } = run(here);

    expect(status).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/audio-handler\.zip is missing: run `make build` first\./);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  it('names the valid stage names', () => {
    const { status, stderr } = run(here, { STAGE: 'No Such Stage' });

    expect(status).toBe(1);
    expect(stderr).toMatch(/^STAGE is "No Such Stage"/);
  });

  it('writes the same bytes on each run and in another directory, and no path of this machine; the lock file is beside them', () => {
    const there = copyCheckout(join(root, 'somewhere', 'else'));
    const lock = `provider "registry.terraform.io/hashicorp/aws" {\n  version     = "${awsProvider.version}"\n}\n`;
    for (const directory of [here, there]) {
      placeholderArtifacts(join(directory, 'lambdas', 'dist'));
      writeFileSync(join(directory, lockName), lock);
    }

    const runs = [here, here, there].map((directory) => {
      const { status, stderr } = run(directory);
      expect(stderr).toBe('');
      expect(status).toBe(0);
      return outputOf(directory);
    });

    const digests = runs.map((texts) => texts.map(sha256));
    expect(digests[1]).toEqual(digests[0]);
    expect(digests[2]).toEqual(digests[0]);
    for (const file of files) expect(readFileSync(join(there, dirname(file), lockName), 'utf8')).toBe(lock);
    for (const text of runs[0] ?? []) {
      const machinePaths = [...text.matchAll(/"(\/[^"/]+\/[^"]*)"/g)].map(([, path]) => path);
      expect(machinePaths.filter((path) => !path?.startsWith('/aws/'))).toEqual([]);
      expect([root, checkout].filter((path) => text.includes(path))).toEqual([]);
    }
  });
});
