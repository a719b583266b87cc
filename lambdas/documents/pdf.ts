import type { ReadableStream } from 'node:stream/web';
import { limits } from '@nova/shared/limits';
import type { getDocumentProxy } from 'unpdf';
import { DomainError } from '../domain/errors.ts';
import { collectGarbage } from '../runtime/collect-garbage.ts';
import type { WorkBudget } from '../runtime/work-budget.ts';
import { checkStreamSizes } from './pdf-streams.ts';

/** Pages after which PDF.js's caches are cleared: it keeps 50 kB of each page even after `page.cleanup()`. */
const pagesPerCleanup = 50;

/**
 * The text of a PDF file, page by page, by PDF.js.
 * @throws DomainError `unsupported-media` when it cannot be read, is protected, holds no text or decompresses to too much
 */
export async function pdfText(bytes: Uint8Array, budget: WorkBudget): Promise<string> {
  checkStreamSizes(bytes, budget);
  // A small file may decompress to a large one.
  collectGarbage(limits.documentStreamBytes);
  const { getDocumentProxy: open } = await import('unpdf');
  using watch = new Watch(budget);
  try {
    // PDF.js transfers the bytes and leaves the original empty.
    const file = await watch.race(open(new Uint8Array(bytes), { isEvalSupported: false, verbosity: 0 }));
    try {
      if (file.numPages > limits.documentPages) throw tooManyPages(file.numPages);
      const text = await watch.race(textOfPages(file, budget));
      if (text.trim() === '') throw noText();
      return text;
    } finally {
      await file.destroy();
    }
  } catch (error) {
    if (error instanceof DomainError || watch.isOver) throw error;
    throw unreadable(error as Error);
  }
}

/** Milliseconds between two looks at the budget. */
const lookEveryMs = 200;

/** Looks at a budget while PDF.js works: it lets timers run every few milliseconds, also where a page has no text yet. */
class Watch implements Disposable {
  readonly #timer: NodeJS.Timeout;
  readonly #over = Promise.withResolvers<never>();
  isOver = false;

  constructor(budget: WorkBudget) {
    this.#over.promise.catch(() => {});
    this.#timer = setInterval(() => {
      try {
        budget();
      } catch (error) {
        this.isOver = true;
        this.#over.reject(error);
      }
    }, lookEveryMs).unref();
  }

  race<T>(work: Promise<T>): Promise<T> {
    // The work that loses ends by itself, with an error that nobody waits for.
    work.catch(() => {});
    return Promise.race([work, this.#over.promise]);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}

type PdfFile = Awaited<ReturnType<typeof getDocumentProxy>>;

/** The pieces of text that PDF.js streams, which its types leave open: strings, and marks between them. */
interface TextPiece {
  readonly items: readonly ({ readonly str: string; readonly hasEOL: boolean } | { readonly type: string })[];
}

/** The text of the pages with blank lines between them. Stops after the page that exceeds what can be indexed. */
async function textOfPages(file: PdfFile, budget: WorkBudget): Promise<string> {
  const pieces: string[] = [];
  let length = 0;
  for (let number = 1; number <= file.numPages && length <= limits.documentChars; number += 1) {
    budget();
    const page = await file.getPage(number);
    if (number > 1) pieces.push('\n\n');
    // In pieces, because one page may hold the text of a book.
    for await (const { items } of page.streamTextContent() as ReadableStream<TextPiece>) {
      const text = items
        .map((item) => ('str' in item ? `${item.str}${item.hasEOL ? '\n' : ''}` : ''))
        .join('');
      // The stream is read to its end even when it is too long: PDF.js fails when a stream is abandoned.
      if (length <= limits.documentChars) pieces.push(text);
      length += text.length;
    }
    page.cleanup();
    if (number % pagesPerCleanup === 0) {
      await file.cleanup();
      collectGarbage(limits.documentStreamBytes);
    }
  }
  return pieces.join('');
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
