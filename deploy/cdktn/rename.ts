import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** CDKTF's packages; the packages of CDK Terrain in their place, with their version. */
const packages = {
  cdktf: ['cdktn', '0.24.0'],
  'cdktf-cli': ['cdktn-cli', '0.24.0'],
  '@cdktf/provider-aws': ['@cdktn/provider-aws', '25.7.0'],
} as const;

/** The version of `constructs` that CDK Terrain needs: its library takes 10.6 and 10.7, its CLI exactly this one. */
const constructs = '10.6.0';

/** Overrides that only CDKTF's CLI needs. */
const obsolete = ['@cdktf/node-pty-prebuilt-multiarch'];

type Manifest = Record<'dependencies' | 'devDependencies' | 'overrides', Record<string, string>>;

/**
 * Names CDK Terrain in a source: in imports, in the call of the CLI and in messages. `cdktf.json` and `cdktf.out` keep their
 * names there.
 */
export const renamed = (source: string): string =>
  source
    .replaceAll(/(['"])cdktf\1/g, '$1cdktn$1')
    .replaceAll('@cdktf/', '@cdktn/')
    .replaceAll(/\bcdktf (deploy|synth)\b/g, 'cdktn $1');

/** A `package.json` that depends on CDK Terrain in the place of CDKTF. */
export function renamedManifest(text: string): string {
  const manifest = JSON.parse(text) as Manifest;
  const names: Readonly<Record<string, readonly [string, string]>> = packages;
  const changed = (dependencies: Record<string, string>) =>
    Object.fromEntries(
      Object.entries(dependencies)
        .map(
          ([name, version]) => names[name] ?? ([name, name === 'constructs' ? constructs : version] as const),
        )
        .sort(([one], [other]) => (one < other ? -1 : 1)),
    );
  const kept = Object.entries(manifest.overrides).filter(([name]) => !obsolete.includes(name));
  return `${JSON.stringify(
    {
      ...manifest,
      dependencies: changed(manifest.dependencies),
      devDependencies: changed(manifest.devDependencies),
      overrides: Object.fromEntries(kept),
    },
    null,
    2,
  )}\n`;
}

/** Whether a file may name CDKTF as a package: documents tell of both, and this folder has to. */
export const isRenamed = (file: string): boolean =>
  file === 'package.json' || (/\.m?ts$/.test(file) && !file.startsWith('deploy/cdktn/'));

/**
 * Renames in the files of a checkout.
 * @param files paths in the checkout
 * @returns the files that changed
 */
export function renameIn(root: string, files: readonly string[]): string[] {
  return files.filter((file) => {
    const path = join(root, file);
    const before = readFileSync(path, 'utf8');
    const after = file === 'package.json' ? renamedManifest(before) : renamed(before);
    if (after !== before) writeFileSync(path, after);
    return after !== before;
  });
}
