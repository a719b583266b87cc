import type { ReadableStream } from 'node:stream/web';
import { limits } from '@nova/shared/limits';
import type { getDocumentProxy } from 'unpdf';
import { DomainError } from '../../domain/errors.ts';
import { collectGarbage } from '../../runtime/collect-garbage.ts';

/** Pages after which PDF.js's caches are cleared: it keeps 50 kB of each page even after `page.cleanup()`. */
const pagesPerCleanup = 50;

/**
 * The text of a PDF file in pieces, page by page, by PDF.js, which nothing can interrupt.
 * @param bytes are left empty
 * @throws DomainError `unsupported-media` when it cannot be read, is protected or holds no text
 */
export async function* pdfPieces(bytes: Uint8Array): AsyncGenerator<string> {
  const { getDocumentProxy: open } = await import('unpdf');
  try {
    const file = await open(bytes, { isEvalSupported: false, verbosity: 0 });
    if (file.numPages > limits.documentPages) throw tooManyPages(file.numPages);
    let isBlank = true;
    for await (const piece of textOfPages(file)) {
      isBlank &&= piece.trim() === '';
      yield piece;
    }
    if (isBlank) throw noText();
  } catch (error) {
    throw error instanceof DomainError ? error : unreadable(error as Error);
  }
}

type PdfFile = Awaited<ReturnType<typeof getDocumentProxy>>;

/** The pieces of text that PDF.js streams, which its types leave open: strings, and marks between them. */
interface TextPiece {
  readonly items: readonly ({ readonly str: string; readonly hasEOL: boolean } | { readonly type: string })[];
}

/** The text of the pages with blank lines between them. Stops after the page that exceeds what can be indexed. */
async function* textOfPages(file: PdfFile): AsyncGenerator<string> {
  let length = 0;
  for (let number = 1; number <= file.numPages && length <= limits.documentChars; number += 1) {
    const page = await file.getPage(number);
    if (number > 1) yield '\n\n';
    // In pieces, because one page may hold the text of a book.
    for await (const { items } of page.streamTextContent() as ReadableStream<TextPiece>) {
      const text = items
        .map((item) => ('str' in item ? `${item.str}${item.hasEOL ? '\n' : ''}` : ''))
        .join('');
      // The stream is read to its end even when it is too long: PDF.js fails when a stream is abandoned.
      if (length <= limits.documentChars) yield text;
      length += text.length;
    }
    page.cleanup();
    if (number % pagesPerCleanup === 0) {
      await file.cleanup();
      collectGarbage(limits.documentStreamBytes);
    }
  }
}

const refused = (detail: string, options?: ErrorOptions) =>
  new DomainError('unsupported-media', detail, options);

const tooManyPages = (pages: number) =>
  refused(
    `The PDF has ${pages} pages, and ${limits.documentPages} can be indexed; split it and upload the pieces.`,
  );

const noText = () =>
  refused('The PDF holds no text; it may be scanned. Run text recognition on it, and upload it again.');

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
