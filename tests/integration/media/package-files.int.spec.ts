import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { readPdf } from '../../../lambdas/documents/pdf/pdf.ts';
import type { readAvif } from '../../../lambdas/documents/rasters/avif.ts';
import { unlimited } from '../../../lambdas/runtime/work-budget.ts';
import { pdfInFont } from '../../../lambdas/testing/pdf.ts';

/** The bundle of the index function finds the files that readers load from packages beside it. */

const dist = new URL('../../../lambdas/dist/', import.meta.url);

/** A piece of the bundle that is loaded on demand. */
async function chunkOf<T>(reader: string): Promise<T> {
  const names = readdirSync(new URL('index-handler', dist));
  const chunk = names.find((name) => new RegExp(`^${reader}-\\w+\\.mjs$`).test(name));
  return import(new URL(`index-handler/${chunk}`, dist).href);
}

it('Japanese PDF files are read by the character maps', async () => {
  const bundle = await chunkOf<{ readPdf: typeof readPdf }>('pdf');
  const file = pdfInFont({ encoding: '90ms-RKSJ-H', ordering: 'Japan1' }, '93fa967b8cea82cc8fac90e0');

  const parts = await Array.fromAsync(bundle.readPdf(new Uint8Array(file), unlimited));

  expect(parts.at(-1)).toEqual({ kind: 'paragraph', text: '日本語の小説', place: { page: 1 } });
});

it('AVIF pictures are decoded', async () => {
  const bundle = await chunkOf<{ readAvif: typeof readAvif }>('avif');

  const picture = await bundle.readAvif(
    readFileSync(new URL('../../fixtures/pictures/english.avif', import.meta.url)),
  );

  expect(picture).toMatchObject({ width: 640, height: 120 });
});

it('the zip holds them, with their licences', () => {
  const zip = readFileSync(new URL('index-handler.zip', dist), 'latin1');

  const names = [
    'cmaps/90ms-RKSJ-H.bcmap',
    'cmaps/Adobe-Japan1-UCS2.bcmap',
    'cmaps/LICENSE',
    'avif-decoder.wasm',
    'avif-decoder.LICENSE',
  ];
  for (const name of names) expect(zip).toContain(name);
});
