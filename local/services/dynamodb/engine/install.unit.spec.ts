import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type PlatformFixture, platformFixture } from '../../../testing/platform-fixture.ts';
import { installEngine } from './install.ts';
import { locateEngine, type Machine, thisMachine } from './locate.ts';

/** Node's names of macOS on Apple silicon and Intel, and of Linux on ARM; WSL is Linux. */
const platforms = ['darwin-arm64', 'darwin-x64', 'linux-arm64'];

let fixture: PlatformFixture;
let machine: Machine;
let environment: { PATH: string };

/** A project that pins linux-x64, with npm's tree and a fake `npm` on the PATH. */
beforeEach(() => {
  fixture = platformFixture();
  machine = { root: fixture.directory, platform: 'darwin-arm64' };
  for (const folder of ['local', 'bin', 'node_modules/hono']) {
    mkdirSync(join(fixture.directory, folder), { recursive: true });
  }
  pin('1.2.1');
  environment = { PATH: `${join(fixture.directory, 'bin')}:/usr/bin:/bin` };
});
afterEach(() => fixture.dispose());

const pin = (version: string) =>
  writeFileSync(
    join(fixture.directory, 'local/package.json'),
    JSON.stringify({ optionalDependencies: { '@dynoxide/linux-x64': version } }),
  );

/** Replaces npm with a shell script that records its arguments first. */
function fakeNpm(script: string): void {
  const program = join(fixture.directory, 'bin/npm');
  writeFileSync(program, `#!/bin/sh\necho "$@" >> ${join(fixture.directory, 'calls')}\n${script}\n`);
  chmodSync(program, 0o755);
}

/** The arguments of each call of npm, without flags. */
const calls = () =>
  readFileSync(join(fixture.directory, 'calls'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(' ').slice(0, 2).join(' '));

/** Makes npm serve a tarball, as the registry would describe it. */
function serve(engine: string, integrityOf = (tarball: Buffer) => sha512(tarball)): void {
  const source = join(fixture.directory, 'source/package');
  const tarball = join(fixture.directory, 'source.tgz');
  mkdirSync(source, { recursive: true });
  writeFileSync(join(source, 'package.json'), '{}');
  writeFileSync(join(source, 'dynoxide'), engine);
  execFileSync('tar', ['-czf', tarball, '-C', join(fixture.directory, 'source'), 'package']);
  fakeNpm(
    `case $1 in
      view) echo '"${integrityOf(readFileSync(tarball))}"' ;;
      pack) cp ${tarball} "$4/dynoxide.tgz" ;;
    esac`,
  );
}

const sha512 = (bytes: Buffer) => `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
const modules = () => readdirSync(join(fixture.directory, 'node_modules')).sort();

describe('an engine that the lockfile does not name', () => {
  it.each(platforms)('is installed for %s in the pinned version, and found', async (platform) => {
    machine = { ...machine, platform };
    serve(`engine of ${platform}`);

    expect(await installEngine(environment, machine)).toEqual({ kind: 'installed' });

    const location = locateEngine(environment, machine);
    if (location.kind !== 'program') throw new Error('not a program');
    expect(readFileSync(location.path, 'utf8')).toBe(`engine of ${platform}`);
    expect(statSync(location.path).mode & 0o111).toBe(0o111);
    expect(calls()).toEqual([`view @dynoxide/${platform}@1.2.1`, `pack @dynoxide/${platform}@1.2.1`]);
    expect(modules()).toEqual(['.dynoxide', 'hono']);
  });

  it('is not requested again once it is installed', async () => {
    serve('engine');
    await installEngine(environment, machine);

    expect(await installEngine(environment, machine)).toEqual({ kind: 'present' });

    expect(calls()).toHaveLength(2);
  });

  it('replaces an older version', async () => {
    serve('old');
    await installEngine(environment, machine);
    pin('1.3.0');
    serve('new');

    await installEngine(environment, machine);

    expect(readdirSync(join(fixture.directory, 'node_modules/.dynoxide'))).toEqual(['darwin-arm64-1.3.0']);
    expect(calls().at(-1)).toBe('pack @dynoxide/darwin-arm64@1.3.0');
  });

  it.each([
    ['another hash', () => sha512(Buffer.from('another'))],
    ['no sha512 hash', () => 'sha1-qUqP5cyxm6YcTAhz05Hph5gvu9M='],
  ])('is refused when the registry has %s for it', async (_, integrityOf) => {
    serve('engine', integrityOf);

    await expect(installEngine(environment, machine)).rejects.toThrow(
      /@dynoxide\/darwin-arm64@1\.2\.1 was not installed: its tarball has the hash sha512-.*make engine/,
    );

    expect(modules()).toEqual(['hono']);
  });
});

it.each([
  ['no such package', 'echo "npm error code E404" >&2; exit 1', 'the registry does not have it'],
  ['no network', 'echo "npm ERR! code ENOTFOUND" >&2; exit 1', 'ENOTFOUND'],
  [
    'an invalid tarball',
    `case $1 in view) echo '"${sha512(Buffer.from('x'))}"' ;; *) printf x > "$4/a.tgz" ;; esac`,
    'it cannot be unpacked',
  ],
])('an engine is unavailable, and leaves no files behind, with %s', async (_, script, reason) => {
  fakeNpm(script);

  const installation = await installEngine(environment, machine);

  expect(installation).toEqual({ kind: 'unavailable', reason: expect.stringContaining(reason) });
  expect(modules()).toEqual(['hono']);
});

it('no engine is installed when one is on the PATH', async () => {
  serve('engine');
  writeFileSync(join(fixture.directory, 'bin/dynoxide'), '');
  chmodSync(join(fixture.directory, 'bin/dynoxide'), 0o755);

  expect(await installEngine(environment, machine)).toEqual({ kind: 'present' });

  expect(existsSync(join(fixture.directory, 'calls'))).toBe(false);
});

it('the install command names the remedy without an engine, and succeeds', () => {
  fakeNpm('echo "npm error code E404" >&2; exit 1');
  const platform = `Object.defineProperties(process, { platform: { value: 'sunos' }, arch: { value: 'x64' } })`;

  const { status, stderr } = spawnSync(
    process.execPath,
    [
      '--import',
      `data:text/javascript,${encodeURIComponent(platform)}`,
      join(import.meta.dirname, 'install.ts'),
    ],
    { cwd: thisMachine.root, env: environment, encoding: 'utf8' },
  );

  expect(stderr).toMatch(
    /^The DynamoDB engine @dynoxide\/sunos-x64 \S+ could not be installed: .*`make engine`.*DYNAMODB_ENDPOINT/,
  );
  expect(status).toBe(0);
});
