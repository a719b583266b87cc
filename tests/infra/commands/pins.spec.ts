import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { lockProvider, platforms } from '../../../deploy/pins/provider-lock.ts';
import { awsProvider, lockName } from '../../../modules/provider.ts';
import { terraformVersion } from '../../../review/validate/terraform.ts';
import { CommandFixture } from './command-fixture.ts';

describe('a command that runs Terraform', () => {
  let fixture: CommandFixture;
  beforeEach(async () => {
    fixture = await CommandFixture.start('dev');
  });
  afterEach(() => fixture.close());

  it('lets it install only packages that the committed lock file names', async () => {
    writeFileSync(join(fixture.folder, lockName), '');

    expect(await fixture.run('plan')).toMatchObject({ code: 0 });

    const calls = fixture.terraformCalls().filter((line) => / init /.test(line));
    expect(calls).toHaveLength(2);
    for (const call of calls) expect(call).toMatch(/ -lockfile=readonly$/);
  });
});

describe.runIf(terraformVersion() !== undefined)('the lock file of the provider', () => {
  const folder = mkdtempSync(join(tmpdir(), 'nova-mirror-'));
  const mirror = join(folder, 'mirror');
  const stack = join(folder, 'stack');

  /** Puts a package for every platform into the mirror. */
  function publish(content: string): void {
    const packages = join(mirror, 'registry.terraform.io', awsProvider.source);
    for (const platform of platforms) {
      const unpacked = join(packages, awsProvider.version, platform);
      mkdirSync(unpacked, { recursive: true });
      writeFileSync(join(unpacked, `terraform-provider-aws_v${awsProvider.version}`), content + platform);
    }
  }

  beforeAll(() => {
    publish('released ');
    mkdirSync(stack);
    const terraform = { required_providers: { aws: awsProvider } };
    writeFileSync(join(stack, 'cdk.tf.json'), JSON.stringify({ terraform }));
    vi.stubEnv('TF_CLI_CONFIG_FILE', '/dev/null');
    vi.stubEnv('TF_CLI_ARGS_providers_lock', `-fs-mirror=${mirror}`);
    lockProvider(folder);
    writeFileSync(join(stack, lockName), readFileSync(join(folder, lockName)));
  });
  afterAll(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Installs the provider from the mirror, with the locked hashes. */
  function init() {
    rmSync(join(stack, '.terraform'), { recursive: true, force: true });
    const options = ['-no-color', '-lockfile=readonly', `-plugin-dir=${mirror}`];
    return spawnSync('terraform', [`-chdir=${stack}`, 'init', ...options], { encoding: 'utf8' });
  }

  it('has one version, and a hash for each platform', () => {
    const lock = readFileSync(join(folder, lockName), 'utf8');

    expect(lock).toContain(`version     = "${awsProvider.version}"`);
    expect(lock.match(/"h1:/g)).toHaveLength(platforms.length);
  });

  it('lets Terraform install the released packages, and no other', () => {
    expect(init().status).toBe(0);
    publish('replaced ');

    const { status, stderr } = init();

    expect(status).toBe(1);
    expect(stderr).toMatch(/doesn't match any of the\s+checksums/);
  });
});
