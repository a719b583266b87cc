import { limits } from '@nova/shared/limits';
import { DomainError } from '../../domain/errors.ts';
import { packageFile } from '../../runtime/package-files.ts';
import type { DocumentPart, Place } from '../blocks/block.ts';
import { aboutOf, outlineOf } from './about.ts';
import { addDescriptors } from './descriptors.ts';
import { type KnownText, nothingKnown, PageBlocks } from './page-blocks.ts';
import type { PdfFile } from './pdf-file.ts';
import { noReadablePage, noText, tooManyPages, unreadable } from './pdf-refusals.ts';
import { PagePictures } from './pictures/page-pictures.ts';
import { type ReadPage, readPages, reasonOf } from './read-pages.ts';
import { RunningLines } from './running-lines.ts';

/** How far the pages of a file are read, and what is known of it; JSON. */
export interface PdfRest {
  /** Pages that are read. */
  readonly pages: number;
  /** Characters of the pages that are read. */
  readonly length: number;
  readonly hasText: boolean;
  readonly hasFaults: boolean;
  readonly text: KnownText;
}

const atStart: PdfRest = { pages: 0, length: 0, hasText: false, hasFaults: false, text: nothingKnown };

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
      ...{ cMapUrl: packageFile('cmaps/'), cMapPacked: true },
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
    if (next.value) return { ...next.value, hasText, hasFaults };
    if (!hasText) throw hasFaults ? noReadablePage(pictures.fault) : noText();
    return undefined;
  } catch (error) {
    throw error instanceof DomainError ? error : unreadable(error as Error);
  }
}

/** Characters of a page that may be a picture all the same: a stamp, or a number. */
const mostStamped = 50;

async function* partsOfPages(
  file: PdfFile,
  pictures: PagePictures,
  { from = atStart, isOver = () => false }: PdfReading,
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
