import type { ReadableStream } from 'node:stream/web';
import { limits } from '@nova/shared/limits';
import type { getDocumentProxy } from 'unpdf';
import { DomainError } from '../domain/errors.ts';
import { collectGarbage } from '../runtime/collect-garbage.ts';
import { refuseBombs } from './pdf-streams.ts';

/** Pages after which what PDF.js keeps of them is let go of: 50 kB each, though it says that a page is cleaned up. */
const pagesBetween = 50;

/**
 * What a PDF file says, page by page, by PDF.js.
 * @throws DomainError `unsupported-media` when it cannot be read, is protected, holds no text or unpacks to too much
 */
export async function pdfText(bytes: Uint8Array, signal: AbortSignal): Promise<string> {
  refuseBombs(bytes);
  // A file of few bytes may hold many.
  collectGarbage(limits.documentStreamBytes);
  const { getDocumentProxy: open } = await import('unpdf');
  try {
    // PDF.js takes the bytes for itself.
    const file = await open(new Uint8Array(bytes), { isEvalSupported: false, verbosity: 0 });
    try {
      if (file.numPages > limits.documentPages) throw tooManyPages(file.numPages);
      const text = await textOfPages(file, signal);
      if (text.trim() === '') throw noText();
      return text;
    } finally {
      await file.destroy();
    }
  } catch (error) {
    if (error instanceof DomainError || signal.aborted) throw error;
    throw unreadable(error as Error);
  }
}

type PdfFile = Awaited<ReturnType<typeof getDocumentProxy>>;

/** What PDF.js streams of a page, which its types leave open: strings, and marks between them. */
interface TextPiece {
  readonly items: readonly ({ readonly str: string; readonly hasEOL: boolean } | { readonly type: string })[];
}

/** The pages' text, a blank line between two; longer than what can be indexed where there is more. */
async function textOfPages(file: PdfFile, signal: AbortSignal): Promise<string> {
  const pieces: string[] = [];
  let length = 0;
  for (let number = 1; number <= file.numPages && length <= limits.documentChars; number += 1) {
    const page = await file.getPage(number);
    if (number > 1) pieces.push('\n\n');
    // Piece by piece, for one page may hold the text of a book.
    for await (const { items } of page.streamTextContent() as ReadableStream<TextPiece>) {
      signal.throwIfAborted();
      const said = items
        .map((item) => ('str' in item ? `${item.str}${item.hasEOL ? '\n' : ''}` : ''))
        .join('');
      // Read to its end also when it is too much: PDF.js does not bear that its stream is left.
      if (length <= limits.documentChars) pieces.push(said);
      length += said.length;
    }
    page.cleanup();
    if (number % pagesBetween === 0) {
      await file.cleanup();
      collectGarbage(limits.documentStreamBytes);
    }
  }
  return pieces.join('');
}

const refused = (detail: string, options?: ErrorOptions) =>
  new DomainError('unsupported-media', detail, options);

const tooManyPages = (pages: number) =>
  refused(`The PDF has ${pages} pages, and ${limits.documentPages} can be indexed; upload it in parts.`);

const noText = () =>
  refused('The PDF holds no text; it may be scanned. Run it through text recognition, and upload it again.');

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
