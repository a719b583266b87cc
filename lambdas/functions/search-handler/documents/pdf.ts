import { limits } from '@nova/shared/limits';
import { DomainError } from '../../../domain/errors.ts';
import { refuseBombs } from './pdf-streams.ts';

/**
 * What a PDF file says, page by page, by PDF.js.
 * @throws DomainError `unsupported-media` when it cannot be read, is protected, holds no text or unpacks to too much
 */
export async function pdfText(bytes: Uint8Array, signal: AbortSignal): Promise<string> {
  refuseBombs(bytes);
  const { getDocumentProxy } = await import('unpdf');
  try {
    // PDF.js takes the bytes for itself.
    const file = await getDocumentProxy(new Uint8Array(bytes), { isEvalSupported: false, verbosity: 0 });
    try {
      if (file.numPages > limits.documentPages) throw tooManyPages(file.numPages);
      const pages: string[] = [];
      for (let number = 1; number <= file.numPages; number += 1) {
        signal.throwIfAborted();
        const page = await file.getPage(number);
        const { items } = await page.getTextContent();
        pages.push(
          items.map((item) => ('str' in item ? `${item.str}${item.hasEOL ? '\n' : ''}` : '')).join(''),
        );
        page.cleanup();
      }
      const text = pages.join('\n\n');
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
