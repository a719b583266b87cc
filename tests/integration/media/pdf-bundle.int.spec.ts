import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { readPdf } from '../../../lambdas/documents/pdf/pdf.ts';
import { unlimited } from '../../../lambdas/runtime/work-budget.ts';
import { pdfInFont } from '../../../lambdas/testing/pdf.ts';

const dist = new URL('../../../lambdas/dist/', import.meta.url);

it('the bundle of the index function reads Japanese by the character maps beside it', async () => {
  const chunk = readdirSync(new URL('index-handler', dist)).find((name) => /^pdf-\w+\.mjs$/.test(name));
  const bundle: { readPdf: typeof readPdf } = await import(new URL(`index-handler/${chunk}`, dist).href);
  const file = pdfInFont({ encoding: '90ms-RKSJ-H', ordering: 'Japan1' }, '93fa967b8cea82cc8fac90e0');

  const parts = await Array.fromAsync(bundle.readPdf(new Uint8Array(file), unlimited));

  expect(parts.at(-1)).toEqual({ kind: 'paragraph', text: '日本語の小説', place: { page: 1 } });
});

it('the zip of the index function holds them, with their licence', () => {
  const zip = readFileSync(new URL('index-handler.zip', dist), 'latin1');

  expect(zip).toContain('cmaps/90ms-RKSJ-H.bcmap');
  expect(zip).toContain('cmaps/Adobe-Japan1-UCS2.bcmap');
  expect(zip).toContain('cmaps/LICENSE');
});
