import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Files that readers load when a document needs them: each by its package and its path there. The build copies them beside the
 * bundle, by these names, with their licences.
 */
export const packageFiles = {
  /** Predefined character maps (ISO 32000-1 §9.7.5.2), such as `90ms-RKSJ-H`: those of the version of PDF.js that `unpdf` contains. */
  'cmaps/': ['pdfjs-dist', 'cmaps/'],
  'avif-decoder.wasm': ['@jsquash/avif', 'codec/dec/avif_dec.wasm'],
  'avif-decoder.LICENSE': ['@jsquash/avif', 'LICENSE'],
} as const satisfies Readonly<Record<string, readonly [owner: string, path: string]>>;

export type PackageFile = keyof typeof packageFiles;

const { resolve } = createRequire(import.meta.url);

/** Where a file stands in its package. */
export function pathInPackage(name: PackageFile): string {
  const [owner, path] = packageFiles[name];
  return join(dirname(resolve(`${owner}/package.json`)), path);
}

/** Where a file stands: beside the bundle, or in its package for the sources. */
export function packageFile(name: PackageFile): string {
  const besideBundle = fileURLToPath(new URL(name, import.meta.url));
  return existsSync(besideBundle) ? besideBundle : pathInPackage(name);
}
