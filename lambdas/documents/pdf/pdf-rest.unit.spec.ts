import { limits } from '@nova/shared/limits';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { longPdf } from '../../testing/long-pdf.ts';
import { pdfOfPages } from '../../testing/pdf.ts';
import type { DocumentPart } from '../blocks/block.ts';
import { type PdfReading, type PdfRest, pdfParts } from './pdf-parts.ts';

const pages = 12;
const file = longPdf(pages);

/** What is read of the file at once, and where it continues, as another invocation gets it. */
async function read(reading: PdfReading) {
  const parts: DocumentPart[] = [];
  const reader = pdfParts(new Uint8Array(file), undefined, reading);
  let next = await reader.next();
  for (; !next.done; next = await reader.next()) if (next.value.kind !== 'about') parts.push(next.value);
  return { parts, rest: next.value && (JSON.parse(JSON.stringify(next.value)) as PdfRest) };
}

/** The file in pieces. @param ends tells after each page whether a piece ends */
async function readInPieces(ends: () => boolean) {
  const parts: DocumentPart[] = [];
  const pieces: number[] = [];
  for (let from: PdfRest | undefined; ; ) {
    const piece = await read({ ...(from ? { from } : {}), isOver: ends });
    parts.push(...piece.parts);
    pieces.push(piece.rest?.pages ?? pages);
    from = piece.rest;
    if (!from) return { parts, pieces };
  }
}

let whole: readonly DocumentPart[] = [];
beforeAll(async () => {
  whole = (await read({})).parts;
});

describe('a file that is read in pieces', () => {
  it('has what makes pages depend on others: running titles, open paragraphs, divided words, tables, a page that is lost', () => {
    const text = JSON.stringify(whole);

    expect(text).not.toContain('The Log of the Tower');
    expect(text).toContain('weather of that night');
    expect(whole.filter((part) => 'continues' in part).length).toBeGreaterThan(5);
    expect(new Set(whole.flatMap((part) => (part.kind === 'row' ? [part.table] : []))).size).toBe(4);
    expect(whole.filter(({ kind }) => kind === 'heading').length).toBeGreaterThan(1);
    expect(whole.filter(({ kind }) => kind === 'warning')).toHaveLength(1);
  });

  it('is the same page by page, at least one at a time', async () => {
    const { parts, pieces } = await readInPieces(() => true);

    expect(parts).toEqual(whole);
    expect(pieces.slice(0, 3)).toEqual([1, 2, 3]);
    expect(pieces.at(-1)).toBe(pages);
  });

  it('is the same wherever it is divided', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.boolean(), { minLength: pages, maxLength: 3 * pages }), async (ends) => {
        let looked = 0;
        const { parts } = await readInPieces(() => ends[looked++ % ends.length] ?? true);

        expect(parts).toEqual(whole);
      }),
      { numRuns: 20 },
    );
  });
});

describe('a file of many pages', () => {
  it('is read up to the limit, and refused beyond it with a reason', async () => {
    const blank = pdfOfPages(Array.from({ length: limits.documentPages + 1 }, () => ''));

    await expect(pdfParts(new Uint8Array(blank)).next()).rejects.toThrow(
      'The PDF has 2001 pages, and 2000 can be indexed; split it and upload the pieces.',
    );
  });
});
