import { limits } from '@nova/shared/limits';
import { type MediaType, toMediaType } from '@nova/shared/media-types';
import type { ContentObjects } from '../content/objects.ts';
import type { ExistingContent } from '../domain/content.ts';
import { DomainError } from '../domain/errors.ts';
import { objectBytes } from '../media/decoding/object-reader.ts';
import { collectGarbage } from '../runtime/collect-garbage.ts';

/** Reads the text of a document, with blank lines between its blocks. */
type Reader = (bytes: Uint8Array, signal: AbortSignal) => Promise<string>;

/** Each is loaded for such a document only: a search does not wait for them. */
const readers: Readonly<Partial<Record<MediaType, () => Promise<Reader>>>> = {
  'text/plain': async () => async (bytes) => utf8(bytes),
  'text/markdown': async () => {
    const { markdownText } = await import('./markdown.ts');
    return async (bytes) => markdownText(utf8(bytes));
  },
  'text/html': async () => {
    const { htmlText } = await import('./html.ts');
    return async (bytes) => htmlText(utf8(bytes));
  },
  'application/pdf': async () => (await import('./pdf.ts')).pdfText,
};

/**
 * The text of an uploaded document.
 * @throws DomainError `unsupported-media` with the fault and the remedy
 */
export async function readDocument(
  objects: ContentObjects,
  item: ExistingContent,
  signal: AbortSignal,
): Promise<string> {
  const type = toMediaType(item.contentType);
  const reader = type && readers[type];
  if (!reader || item.bytes > limits.documentBytes) {
    throw new DomainError(
      'unsupported-media',
      `The file cannot be indexed as a document. Documents are ${Object.keys(readers).join(', ')}, of at most ${limits.documentBytes} bytes.`,
    );
  }
  const read = await reader();
  const text = await read(await readObject(objects, item), signal).catch(refuseDeepNesting);
  collectGarbage(Math.max(item.bytes, text.length));
  if (text.length <= limits.documentChars) return text;
  const detail = `The document holds more than ${limits.documentChars} characters of text, which is the most that can be indexed; split it and upload the pieces.`;
  throw new DomainError('unsupported-media', detail);
}

/** The whole object, fetched in pieces: a kept connection holds on to its last response and copies of it. */
async function readObject(
  objects: ContentObjects,
  { objectKey, bytes }: ExistingContent,
): Promise<Uint8Array> {
  const whole = new Uint8Array(bytes);
  let at = 0;
  for await (const piece of objectBytes(objects, objectKey, bytes)) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

/** The readers are recursive, so deep nesting overflows their stack. */
function refuseDeepNesting(error: unknown): never {
  if (!(error instanceof RangeError)) throw error;
  const detail = 'The document is nested too deeply to be read; flatten it, and upload it again.';
  throw new DomainError('unsupported-media', detail, { cause: error });
}

function utf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    const detail = 'The document is not UTF-8 text throughout; save it as UTF-8 and upload it again.';
    throw new DomainError('unsupported-media', detail, { cause: error });
  }
}
