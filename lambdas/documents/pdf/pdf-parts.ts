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
import { PageBlocks } from './page-blocks.ts';
import type { PdfFile, PdfPage } from './pdf-file.ts';
import { PagePictures } from './pictures/page-pictures.ts';
import { Readability } from './readable.ts';
import { type HeldPage, RunningLines } from './running-lines.ts';

/** Pages after which PDF.js's caches are cleared: it keeps 50 kB of each page even after `page.cleanup()`. */
const pagesPerCleanup = 50;

/**
 * The parts of a PDF file, page by page, by PDF.js, which nothing can interrupt. A page that cannot be read is a warning.
 * @param bytes without pictures; are left empty
 * @param original the same file with its pictures, which pages without text consist of; are left empty
 * @throws DomainError `unsupported-media` when it cannot be read, is protected or holds no text
 */
export async function* pdfParts(bytes: Uint8Array, original?: Uint8Array): AsyncGenerator<DocumentPart> {
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
    let [hasText, warnings] = [false, 0];
    const pictures = new PagePictures(original, open, (await getResolvedPDFJS()).OPS);
    for await (const part of partsOfPages(file, pictures)) {
      if (part.kind === 'warning') warnings += 1;
      else hasText = true;
      yield part;
    }
    if (!hasText) throw warnings > 0 ? noReadablePage() : noText();
  } catch (error) {
    throw error instanceof DomainError ? error : unreadable(error as Error);
  }
}

interface ReadPage extends HeldPage {
  readonly label: string | undefined;
  readonly notes: readonly string[];
  /** Characters of its text. */
  readonly length: number;
  /** Its fonts do not say which characters they show. */
  readonly isLost: boolean;
}

/** Characters of a page that may be a picture all the same: a stamp, or a number. */
const mostStamped = 50;

async function* partsOfPages(file: PdfFile, pictures: PagePictures): AsyncGenerator<DocumentPart> {
  const labels = await file.getPageLabels().catch(() => null);
  const blocks = new PageBlocks(await outlineOf(file));
  const running = new RunningLines<ReadPage>(file.numPages);
  const complete = async function* (pages: Iterable<ReadPage>): AsyncGenerator<DocumentPart> {
    for (const { number, label, runs, notes, length, isLost } of pages) {
      const place = { page: number, ...(label === undefined ? {} : { pageLabel: label }) };
      if (!isLost) yield* blocks.add(runs, notes, place);
      if (!isLost && length > mostStamped) continue;
      const found = await pictureParts(pictures, number, place);
      if (found.length > 0) yield* [...blocks.end(), ...found];
      else if (isLost) yield lost(number);
    }
  };
  for await (const page of readPages(file, labels)) {
    if (typeof page === 'string') yield { kind: 'warning', text: page };
    else yield* complete(running.add(page));
  }
  yield* complete(running.end());
  yield* blocks.end();
}

/** The pictures that a page consists of, or why they are not read. */
async function pictureParts(pictures: PagePictures, number: number, place: Place): Promise<DocumentPart[]> {
  const name = `Page ${number}`;
  try {
    return (await pictures.of(number)).map((found) =>
      'fault' in found
        ? { kind: 'warning', text: `${name} is not read: ${found.fault}.` }
        : { kind: 'picture', picture: found, name, place },
    );
  } catch (error) {
    return [{ kind: 'warning', text: `${name} is not read: ${reasonOf(error)}` }];
  }
}

const lost = (number: number): DocumentPart => ({
  kind: 'warning',
  text: `Page ${number} is not read: its fonts do not say which characters they show.`,
});

/** The pages, or why one is not read. Stops after the page that exceeds what can be indexed. */
async function* readPages(
  file: PdfFile,
  labels: readonly string[] | null,
): AsyncGenerator<ReadPage | string> {
  let length = 0;
  for (let number = 1; number <= file.numPages && length <= limits.documentChars; number += 1) {
    try {
      const page = await file.getPage(number);
      const label = labels?.[number - 1];
      const read = await readPage(page, limits.documentChars - length);
      length += read.length;
      yield { number, label: label === String(number) ? undefined : label || undefined, ...read };
      page.cleanup();
    } catch (error) {
      yield `Page ${number} is not read: ${reasonOf(error)}`;
    }
    if (number % pagesPerCleanup === 0) {
      await file.cleanup();
      collectGarbage(limits.documentStreamBytes);
    }
  }
}

const reasonOf = (error: unknown) =>
  `it is damaged (${(error instanceof Error ? error.message : String(error)).slice(0, 100)}).`;

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
