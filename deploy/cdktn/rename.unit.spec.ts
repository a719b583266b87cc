import { mkdirSync, mkdtempDisposableSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { filesOf } from './checkout.ts';
import { differingStacks } from './compare.ts';
import { isRenamed, renamed, renamedManifest } from './rename.ts';

const root = resolve(import.meta.dirname, '..', '..');
const manifest = readFileSync(join(root, 'package.json'), 'utf8');

describe('the move to CDK Terrain', () => {
  it('leaves no source that names a package or the CLI of CDKTF', () => {
    const sources = filesOf(root).filter((file) => isRenamed(file) && file !== 'package.json');
    const naming = sources.filter((file) => {
      const source = renamed(readFileSync(join(root, file), 'utf8'));
      return /(['"])cdktf\1|@cdktf\/|`cdktf /.test(source);
    });

    expect(sources.length).toBeGreaterThan(500);
    expect(naming).toEqual([]);
  });

  it('renames imports, the CLI and messages, and keeps the names of files', () => {
    expect(renamed("import { App } from 'cdktf';")).toBe("import { App } from 'cdktn';");
    expect(renamed("from '@cdktf/provider-aws/lib/sqs-queue/index.js'")).toContain(
      "'@cdktn/provider-aws/lib",
    );
    expect(renamed("spawnSync('cdktf', ['deploy'])")).toBe("spawnSync('cdktn', ['deploy'])");
    expect(renamed('`cdktf deploy` failed')).toBe('`cdktn deploy` failed');
    for (const same of ['cdktf.out/stacks', 'cdktf.json', 'CDKTF_OUTDIR']) expect(renamed(same)).toBe(same);
  });

  it('replaces the packages, raises constructs for all of them, and drops the override of node-pty', () => {
    const { dependencies, devDependencies, overrides } = JSON.parse(renamedManifest(manifest));

    expect(Object.keys({ ...dependencies, ...devDependencies }).join(' ')).not.toContain('cdktf');
    expect(dependencies).toMatchObject({ cdktn: '0.24.0', constructs: '10.6.0' });
    expect(devDependencies).toHaveProperty('cdktn-cli');
    expect(overrides).toEqual({ constructs: '$constructs' });
    expect(JSON.parse(renamedManifest(manifest))).toMatchObject({ name: 'nova-platform', type: 'module' });
  });
});

describe('a comparison of two syntheses', () => {
  const stack = (version: string, more = {}) => ({
    '//': { metadata: { version, stackName: 's' } },
    ...more,
  });

  function differing(before: object, after: object): string[] {
    using folder = mkdtempDisposableSync(join(tmpdir(), 'nova-compare-'));
    for (const [name, file] of Object.entries({ before, after })) {
      const place = join(folder.path, name, 'stacks', 'nova-platform');
      mkdirSync(place, { recursive: true });
      writeFileSync(join(place, 'cdk.tf.json'), JSON.stringify(file));
    }
    return differingStacks(join(folder.path, 'before'), join(folder.path, 'after'));
  }

  it('ignores the version of the tool, and nothing else', () => {
    expect(differing(stack('0.21.0'), stack('0.24.0'))).toEqual([]);
    expect(differing(stack('0.21.0'), stack('0.24.0', { resource: {} }))).toEqual(['nova-platform']);
  });
});
