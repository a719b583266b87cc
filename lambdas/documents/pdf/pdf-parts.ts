import type { ReadableStream } from 'node:stream/web';
import { limits } from '@nova/shared/limits';
import { DomainError } from '../../domain/errors.ts';
import { collectGarbage } from '../../runtime/collect-garbage.ts';
import type { DocumentPart, Place } from '../blocks/block.ts';
import { aboutOf, outlineOf } from './about.ts';
import { cmapFolder } from './cmaps.ts';
import { addDescriptors } from './descriptors.ts';
import { Runs, type TextItem } from './layout/runs.ts';
import { type Annotation, addFieldValues, notesOf } from './notes.ts';
import { type KnownText, nothingKnown, PageBlocks } from './page-blocks.ts';
import type { PdfFile, PdfPage } from './pdf-file.ts';
import { PagePictures } from './pictures/page-pictures.ts';
import { Readability } from './readable.ts';
import { type HeldPage, RunningLines, reach } from './running-lines.ts';

/**
 * Pages after which PDF.js's caches are cleared: it keeps 50 kB of each page even after `page.cleanup()`, and reads fonts again after
 * they are cleared. Clearing them every 50 pages takes a fifth of the time.
 */
const pagesPerCleanup = 250;

/** How far the pages of a file are read, and what is known of it; JSON. */
export interface PdfRest {
  /** Pages that are read, and pages of the file. */
  readonly pages: number;
  readonly ofPages: number;
  /** Characters of the pages that are read. */
  readonly length: number;
  readonly hasText: boolean;
  readonly hasFaults: boolean;
  readonly text: KnownText;
}

const atStart = { pages: 0, length: 0, hasText: false, hasFaults: false, text: nothingKnown };

/** A part of the reading of a file. */
export interface PdfReading {
  /** The pages before, which another invocation has read. */
  readonly from?: PdfRest;
  /** Looked at after each page; then the rest of the file is left to another invocation. At least one page is read. */
  isOver?(): boolean;
}

/**
 * The parts of a PDF file, page by page, by PDF.js, which nothing can interrupt. A page that cannot be read is a warning.
 * @param bytes without pictures; are left empty
 * @param original the same file with its pictures, which pages without text consist of; are left empty
 * @returns where the reading continues, undefined at the end of the file
 * @throws DomainError `unsupported-media` when it cannot be read, is protected or holds no text
 */
export async function* pdfParts(
  bytes: Uint8Array,
  original?: Uint8Array,
  reading: PdfReading = {},
): AsyncGenerator<DocumentPart, PdfRest | undefined> {
  const { getDocumentProxy, getResolvedPDFJS } = await import('unpdf');
  const open = (source: Uint8Array) =>
    getDocumentProxy(source, {
      ...{ isEvalSupported: false, verbosity: 0, useSystemFonts: true },
      ...{ cMapUrl: cmapFolder(), cMapPacked: true },
    });
  try {
    addDescriptors(bytes);
    const file = await open(bytes);
    if (file.numPages > limits.documentPages) throw tooManyPages(file.numPages);
    yield { kind: 'about', ...(await aboutOf(file)) };
    let { hasText, hasFaults } = reading.from ?? atStart;
    const pictures = new PagePictures(original, open, (await getResolvedPDFJS()).OPS);
    const parts = partsOfPages(file, pictures, reading);
    let next = await parts.next();
    for (; !next.done; next = await parts.next()) {
      if (next.value.kind === 'warning') hasFaults = true;
      else hasText = true;
      yield next.value;
    }
    if (next.value) return { ...next.value, ofPages: file.numPages, hasText, hasFaults };
    if (!hasText) throw hasFaults ? noReadablePage() : noText();
    return undefined;
  } catch (error) {
    throw error instanceof DomainError ? error : unreadable(error as Error);
  }
}

interface ReadPage extends HeldPage {
  readonly label?: string;
  readonly notes: readonly string[];
  /** Characters of its text. */
  readonly length: number;
  /** Its fonts do not say which characters they show. */
  readonly isLost?: boolean;
  /** Why it is not read, as the end of a sentence. */
  readonly fault?: string;
}

/** Characters of a page that may be a picture all the same: a stamp, or a number. */
const mostStamped = 50;

async function* partsOfPages(
  file: PdfFile,
  pictures: PagePictures,
  { from = { ...atStart, ofPages: file.numPages }, isOver = () => false }: PdfReading,
): AsyncGenerator<DocumentPart, Pick<PdfRest, 'pages' | 'length' | 'text'> | undefined> {
  const labels = await file.getPageLabels().catch(() => null);
  const blocks = new PageBlocks(await outlineOf(file), from.text);
  const running = new RunningLines<ReadPage>(file.numPages);
  let { pages, length } = from;
  const partsOf = async function* (page: ReadPage): AsyncGenerator<DocumentPart> {
    const { number, label, isLost } = page;
    const place = { page: number, ...(label === undefined ? {} : { pageLabel: label }) };
    if (!isLost) yield* blocks.add(page.runs, page.notes, place);
    if (!isLost && page.length > mostStamped) return;
    const found = await pictureParts(pictures, number, place);
    if (found.length > 0) yield* [...blocks.end(), ...found];
    else if (isLost) yield notRead(number, 'its fonts do not say which characters they show');
  };
  const complete = async function* (found: Iterable<ReadPage>): AsyncGenerator<DocumentPart> {
    for (const page of found) {
      pages = page.number;
      length += page.length;
      if (page.fault !== undefined) yield notRead(page.number, page.fault);
      else yield* partsOf(page);
    }
  };
  for await (const page of readPages(file, labels, from)) {
    if (page.number <= from.pages) {
      running.seen(page);
      continue;
    }
    yield* complete(running.add(page));
    if (pages > from.pages && page.number < file.numPages && isOver()) {
      return { pages, length, text: blocks.known };
    }
  }
  yield* complete(running.end());
  yield* blocks.end();
  return undefined;
}

/** The pictures that a page consists of, or why they are not read. */
async function pictureParts(pictures: PagePictures, number: number, place: Place): Promise<DocumentPart[]> {
  try {
    return (await pictures.of(number)).map((found, at) =>
      'fault' in found
        ? notRead(number, found.fault)
        : { kind: 'picture', picture: found, id: `${number}-${at}`, name: nameOf(number), place },
    );
  } catch (error) {
    return [notRead(number, reasonOf(error))];
  }
}

const nameOf = (page: number) => `Page ${page}`;

const notRead = (page: number, fault: string): DocumentPart => ({
  kind: 'warning',
  text: `${nameOf(page)} is not read: ${fault}.`,
});

/** The pages, from those with which the first is compared. Stops after the page that exceeds what can be indexed. */
async function* readPages(
  file: PdfFile,
  labels: readonly string[] | null,
  from: Pick<PdfRest, 'pages' | 'length'>,
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

const reasonOf = (error: unknown) =>
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

const refused = (detail: string, options?: ErrorOptions) =>
  new DomainError('unsupported-media', detail, options);

const tooManyPages = (pages: number) =>
  refused(
    `The PDF has ${pages} pages, and ${limits.documentPages} can be indexed; split it and upload the pieces.`,
  );

const noText = () =>
  refused(
    'The PDF holds no text: its pages are blank, or their letters are drawn as lines. Run text recognition on it, and upload it again.',
  );

const noReadablePage = () =>
  refused(
    'No page of the PDF can be read: its fonts do not say which characters they show, or it is damaged. Run text recognition on it, and upload it again.',
  );

function unreadable(error: Error): DomainError {
  if (error.name === 'PasswordException') {
    return refused('The PDF is protected by a password; save it without one, and upload it again.', {
      cause: error,
    });
  }
  return refused('The PDF cannot be read; it may be damaged. Check that it opens, and upload it again.', {
    cause: error,
  });
}
