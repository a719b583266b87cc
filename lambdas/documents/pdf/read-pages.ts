import type { ReadableStream } from 'node:stream/web';
import { limits } from '@nova/shared/limits';
import { collectGarbage } from '../../runtime/collect-garbage.ts';
import { Runs, type TextItem } from './layout/runs.ts';
import { type Annotation, addFieldValues, notesOf } from './notes.ts';
import type { PdfFile, PdfPage } from './pdf-file.ts';
import { Readability } from './readable.ts';
import { type HeldPage, reach } from './running-lines.ts';

/**
 * Pages after which PDF.js's caches are cleared: it keeps 50 kB of each page even after `page.cleanup()`, and reads fonts again after
 * they are cleared. Clearing them after every 50 takes a fifth of the time.
 */
const pagesPerCleanup = 100;

export interface ReadPage extends HeldPage {
  readonly label?: string;
  readonly notes: readonly string[];
  /** Characters of its text. */
  readonly length: number;
  /** Its fonts do not say which characters they show. */
  readonly isLost?: boolean;
  /** Why it is not read, as the end of a sentence. */
  readonly fault?: string;
}

/**
 * The pages, from those with which the first is compared. Stops after the page that exceeds what can be indexed.
 * @param from pages that are read already, and their characters
 */
export async function* readPages(
  file: PdfFile,
  labels: readonly string[] | null,
  from: { readonly pages: number; readonly length: number },
): AsyncGenerator<ReadPage> {
  let { length } = from;
  const first = Math.max(1, from.pages + 1 - reach);
  for (let number = first; number <= file.numPages && length <= limits.documentChars; number += 1) {
    const unread = { number, runs: new Runs(0), view: [], rotate: 0, notes: [], length: 0 };
    try {
      const page = await file.getPage(number);
      const label = labels?.[number - 1];
      const read = await readPage(page, limits.documentChars - length);
      if (number > from.pages) length += read.length;
      yield { number, ...(label && label !== String(number) ? { label } : {}), ...read };
      page.cleanup();
    } catch (error) {
      yield { ...unread, fault: reasonOf(error) };
    }
    if (number % pagesPerCleanup === 0) {
      await file.cleanup();
      collectGarbage(limits.documentStreamBytes);
    }
  }
}

export const reasonOf = (error: unknown) =>
  `it is damaged (${(error instanceof Error ? error.message : String(error)).slice(0, 100)})`;

/** The pieces of text that PDF.js streams, which its types leave open: items, and marks between them. */
interface TextPiece {
  readonly items: readonly (TextItem | { readonly type: string })[];
  readonly styles: Readonly<Record<string, { readonly vertical?: boolean }>>;
}

/** @param most characters that are kept */
async function readPage(page: PdfPage, most: number) {
  const runs = new Runs(page.rotate);
  const readability = new Readability();
  const verticalFonts = new Set<string>();
  let length = 0;
  // In pieces, because one page may hold the text of a book.
  for await (const { items, styles } of page.streamTextContent() as ReadableStream<TextPiece>) {
    // Each piece has the styles that no piece before it has.
    for (const [font, { vertical }] of Object.entries(styles)) if (vertical) verticalFonts.add(font);
    for (const item of items) {
      if (!('str' in item)) continue;
      // The stream is read to its end even when it is too long: PDF.js fails when a stream is abandoned.
      if (length <= most) runs.add(item, verticalFonts.has(item.fontName));
      readability.add(item.str);
      length += item.str.length;
    }
  }
  runs.settle();
  const annotations: readonly Annotation[] = await page.getAnnotations().catch(() => []);
  addFieldValues(runs, annotations);
  const notes = notesOf(annotations);
  return { runs, notes, view: page.view, rotate: page.rotate, length, isLost: readability.isLost };
}
