import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { awsProvider, lockName, placeProviderLock } from '../../../modules/provider.ts';

const stacks = ['nova-registry', 'nova-platform', 'nova-pipeline'];
const lockOf = (version: string) =>
  `provider "registry.terraform.io/hashicorp/aws" {\n  version     = "${version}"\n  constraints = "${version}"\n  hashes = []\n}\n`;

let root: string;
const output = () => join(root, 'cdktf.out');
const copyIn = (stack: string) => join(output(), 'stacks', stack, lockName);
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'nova-lock-'));
  for (const stack of stacks) mkdirSync(join(output(), 'stacks', stack), { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

describe('synthesis', () => {
  it('copies the committed lock file beside every stack, over the one of an earlier init', () => {
    writeFileSync(join(root, lockName), lockOf(awsProvider.version));
    writeFileSync(copyIn('nova-registry'), lockOf('6.1.0'));

    placeProviderLock(root, output());

    for (const stack of stacks) expect(readFileSync(copyIn(stack), 'utf8')).toBe(lockOf(awsProvider.version));
  });

  it.each([
    [
      'another version',
      lockOf('6.1.0'),
      /locks version 6\.1\.0 of hashicorp\/aws.*need 6\.66\.0.*`make pins`/,
    ],
    ['no provider of ours', '', /locks no version of hashicorp\/aws/],
  ])('refuses a lock file of %s', (_, lock, message) => {
    writeFileSync(join(root, lockName), lock);

    expect(() => placeProviderLock(root, output())).toThrow(message);
  });

  it('leaves no lock file of an earlier version where none is committed', () => {
    writeFileSync(copyIn('nova-registry'), lockOf('6.1.0'));

    placeProviderLock(root, output());

    expect(existsSync(copyIn('nova-registry'))).toBe(false);
  });
});

it('the version of the provider is exact', () => {
  expect(awsProvider.version).toMatch(/^\d+\.\d+\.\d+$/);
});

// The platforms from which stages are deployed: laptops and workflows.
it.skipIf(!existsSync(lockName))('the committed lock file has the hashes of four platforms', () => {
  const lock = readFileSync(lockName, 'utf8');

  expect(new Set(lock.match(/"h1:[^"]+"/g)).size).toBeGreaterThanOrEqual(4);
  expect(lock).toContain(`version     = "${awsProvider.version}"`);
});
