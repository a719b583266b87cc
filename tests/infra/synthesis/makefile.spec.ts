import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

let directory: string;
const place = (path: string, text = '') => {
  mkdirSync(dirname(join(directory, path)), { recursive: true });
  writeFileSync(join(directory, path), text);
};

/** A checkout in which everything is built, and synthesis only records that it ran. */
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'nova-make-'));
  copyFileSync('Makefile', join(directory, 'Makefile'));
  const sources = ['package.json', 'package-lock.json', 'main.ts', 'cdktf.json', 'lambdas/tsconfig.json'];
  for (const path of sources) place(path);
  for (const folder of ['shared', 'modules', 'lambdas', 'cdktf.out']) place(`${folder}/empty`);
  for (const stamp of ['node_modules/.nova-installed', 'lambdas/dist/.built']) place(stamp);
  for (const stack of ['nova-registry', 'nova-platform']) place(`cdktf.out/stacks/${stack}/cdk.tf.json`);
  place('node_modules/.bin/node', '#!/bin/sh\necho run >> runs\n');
  chmodSync(join(directory, 'node_modules/.bin/node'), 0o755);
  place('runs');
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Synthesizes, and returns the number of runs so far. */
function synth(...settings: string[]): number {
  const {
    STAGE: _,
    REGION: __,
    STATE_BUCKET: ___,
    ACCOUNT_LOGGING: ____,
    MAKEFLAGS: _____,
    ...env
  } = process.env;
  const { status, stderr } = spawnSync('make', ['synth', ...settings], {
    cwd: directory,
    env,
    encoding: 'utf8',
    timeout: 900_000,
  });
  expect(stderr).toBe('');
  expect(status).toBe(0);
  return readFileSync(join(directory, 'runs'), 'utf8').split('run').length - 1;
}

it('synthesizes again when a setting changes, and only then', () => {
  const runs = [
    synth(),
    synth(),
    synth('STATE_BUCKET=ours'),
    synth('STATE_BUCKET=ours'),
    synth('STATE_BUCKET=ours', 'ACCOUNT_LOGGING=leave'),
    synth('STAGE=prod', 'STATE_BUCKET=ours', 'ACCOUNT_LOGGING=leave'),
    synth('REGION=ap-northeast-1'),
    synth(),
  ];

  expect(runs).toEqual([1, 1, 2, 2, 3, 4, 5, 6]);
});

it('synthesizes again when one of its stacks is missing', () => {
  const before = synth();
  rmSync(join(directory, 'cdktf.out/stacks/nova-platform/cdk.tf.json'));

  expect(synth()).toBe(before + 1);
});

/** Features of GNU make after 3.81 of 2006, which macOS still ships, each with its release. */
const newerFeatures: readonly (readonly [feature: string, pattern: RegExp, example: string])[] = [
  ['.ONESHELL (3.82)', /^\.ONESHELL\b/m, '.ONESHELL:'],
  ['.SHELLFLAGS (3.82)', /\.SHELLFLAGS\b/, '.SHELLFLAGS := -ec'],
  ['.RECIPEPREFIX (3.82)', /\.RECIPEPREFIX\b/, '.RECIPEPREFIX = >'],
  ['private variables (3.82)', /^[^\t#\n]*:\s*private\s|^private\s/m, 'build: private A = b'],
  ['undefine (3.82)', /^\s*(?:override\s+)?undefine\s/m, 'undefine A'],
  ['define with an assignment (3.82)', /^\s*define\s+\S+\s*[:+?]*=/m, 'define A =\nendef'],
  ['shell assignment (4.0)', /^[^\t#\n]*!=/m, 'A != date'],
  ['::= and :::= (4.0, 4.4)', /^[^\t#\n]*::+=/m, 'A ::= b'],
  ['file, guile, let and intcmp (4.0, 4.4)', /\$[({](?:file|guile|let|intcmp)\s/, 'A = $(file < b)'],
  ['.EXTRA_PREREQS (4.3)', /\.EXTRA_PREREQS\b/, 'build: .EXTRA_PREREQS = c'],
  ['grouped targets (4.3)', /^[^\t#=\n]*&::?/m, 'a b &: c'],
  ['.WAIT and .NOTINTERMEDIATE (4.4)', /\.(?:WAIT|NOTINTERMEDIATE)\b/, 'all: a .WAIT b'],
];

it.each(newerFeatures)('uses no %s', (_, pattern, example) => {
  expect(example).toMatch(pattern);
  expect(readFileSync('Makefile', 'utf8')).not.toMatch(pattern);
});

it('runs every recipe in a shell, which finds commands on the exported PATH also on macOS', () => {
  expect(readFileSync('Makefile', 'utf8')).toMatch(/^SHELL := \/bin\/\.\/sh$/m);
});
