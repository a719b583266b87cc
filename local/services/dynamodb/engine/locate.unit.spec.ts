import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type PlatformFixture, platformFixture } from '../../../testing/platform-fixture.ts';
import { enginePackage, locateEngine, type Machine } from './locate.ts';

let fixture: PlatformFixture;
let machine: Machine;
beforeEach(() => {
  fixture = platformFixture();
  machine = { root: fixture.directory, platform: 'darwin-arm64' };
  mkdirSync(join(machine.root, 'local'));
  pin({ '@dynoxide/linux-x64': '1.2.1' });
});
afterEach(() => fixture.dispose());

const pin = (optionalDependencies: object) =>
  writeFileSync(join(machine.root, 'local/package.json'), JSON.stringify({ optionalDependencies }));

function aProgram(path: string): string {
  const program = join(machine.root, path);
  mkdirSync(dirname(program), { recursive: true });
  writeFileSync(program, '');
  chmodSync(program, 0o755);
  return program;
}

it('prefers a given endpoint to everything else', () => {
  const location = locateEngine({ DYNAMODB_ENDPOINT: 'http://127.0.0.1:8000' });

  expect(location).toEqual({ kind: 'endpoint', url: new URL('http://127.0.0.1:8000') });
});

it('finds a program on the PATH when no package is installed', () => {
  const path = aProgram('bin/dynoxide');

  expect(locateEngine({ PATH: `/nowhere:${dirname(path)}` }, machine)).toEqual({ kind: 'program', path });
});

it('prefers the package of npm’s tree to that of the install step, and that to the PATH', () => {
  const PATH = dirname(aProgram('bin/dynoxide'));
  const downloaded = aProgram('node_modules/.dynoxide/darwin-arm64-1.2.1/dynoxide');
  expect(locateEngine({ PATH }, machine)).toEqual({ kind: 'program', path: downloaded });

  const installed = aProgram('node_modules/@dynoxide/darwin-arm64/dynoxide');
  writeFileSync(join(dirname(installed), 'package.json'), '{}');
  expect(locateEngine({ PATH }, machine)).toEqual({ kind: 'program', path: installed });
});

it('refuses another version, and the package of another platform', () => {
  aProgram('node_modules/.dynoxide/darwin-arm64-1.2.0/dynoxide');
  aProgram('node_modules/.dynoxide/darwin-x64-1.2.1/dynoxide');

  expect(() => locateEngine({ PATH: '' }, machine)).toThrow('There is no DynamoDB engine for darwin-arm64');
});

it('names the remedy when it finds no engine, or the endpoint is not an address', () => {
  expect(() => locateEngine({ PATH: '' }, machine)).toThrow(/make engine.*PATH.*DYNAMODB_ENDPOINT/);
  expect(() => locateEngine({ DYNAMODB_ENDPOINT: 'localhost' })).toThrow(/DYNAMODB_ENDPOINT is "localhost"/);
});

it('requires one pinned version', () => {
  pin({ '@dynoxide/linux-x64': '1.2.1', '@dynoxide/darwin-arm64': '1.2.2' });

  expect(() => enginePackage(machine)).toThrow('must pin one version');
});
