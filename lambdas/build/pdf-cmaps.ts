import { cp } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/**
 * Copies the predefined character maps of PDF fonts, and their licence, beside a bundle: 1.7 MB that PDF.js reads file by file when a
 * font asks for one.
 * @param bundle its folder
 */
export async function copyPdfCmaps(bundle: string): Promise<void> {
  const pdfjs = dirname(createRequire(import.meta.url).resolve('pdfjs-dist/package.json'));
  await cp(join(pdfjs, 'cmaps'), join(bundle, 'cmaps'), { recursive: true });
}
