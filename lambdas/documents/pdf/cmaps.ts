import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The build copies them there, beside the bundle; the sources read them from the package. */
const besideBundle = fileURLToPath(new URL('cmaps/', import.meta.url));

/**
 * The folder of the predefined character maps (ISO 32000-1 §9.7.5.2), such as `90ms-RKSJ-H`, which PDF.js reads when a font asks
 * for one. They are those of the version of PDF.js that `unpdf` contains.
 */
export function cmapFolder(): string {
  if (existsSync(besideBundle)) return besideBundle;
  return join(dirname(createRequire(import.meta.url).resolve('pdfjs-dist/package.json')), 'cmaps/');
}
