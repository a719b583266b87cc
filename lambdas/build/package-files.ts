import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { type PackageFile, packageFiles, pathInPackage } from '../runtime/package-files.ts';

/**
 * Copies the files that readers load from packages beside a bundle.
 * @param bundle its folder
 */
export async function copyPackageFiles(bundle: string): Promise<void> {
  for (const name of Object.keys(packageFiles) as PackageFile[]) {
    await cp(pathInPackage(name), join(bundle, name), { recursive: true });
  }
}
