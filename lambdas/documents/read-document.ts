import { limits } from '@nova/shared/limits';
import { type MediaType, toMediaType } from '@nova/shared/media-types';
import type { ContentObjects } from '../content/objects.ts';
import type { ExistingContent } from '../domain/content.ts';
import { DomainError } from '../domain/errors.ts';
import { objectBytes } from '../media/decoding/object-reader.ts';
import { collectGarbage } from '../runtime/collect-garbage.ts';
import { type WorkBudget, workBudget } from '../runtime/work-budget.ts';

/** Reads the text of a document, with blank lines between its blocks. */
type Reader = (bytes: Uint8Array, budget: WorkBudget) => Promise<string>;

/** Each is loaded for such a document only: other documents do not wait for it. */
const readers: Readonly<Partial<Record<MediaType, () => Promise<Reader>>>> = {
  'text/plain': async () => async (bytes) => utf8(bytes),
  'text/markdown': async () => {
    const { markdownText } = await import('./markdown/markdown.ts');
    return async (bytes, budget) => markdownText(utf8(bytes), budget);
  },
  'text/html': async () => {
    const { htmlText } = await import('./html/html.ts');
    return async (bytes, budget) => htmlText(utf8(bytes), budget);
  },
  'application/pdf': async () => (await import('./pdf/pdf.ts')).pdfText,
};

/**
 * The time that reading a document and cutting its text may take. It ends with a refusal for good, because reading it again
 * would take as long.
 * @param endsAt when the invocation's time is nearly up
 */
export function documentBudget(endsAt: Date): WorkBudget {
  const { documentCpuMs: cpuMs, documentShareMs: shareMs, documentRestMs } = limits;
  const wallMs = endsAt.getTime() - Date.now() - documentRestMs;
  return workBudget(
    { cpuMs, wallMs, shareMs },
    () =>
      new DomainError(
        'unsupported-media',
        `The document takes longer to read than the limit of ${cpuMs / 1000} seconds of a processor, or ${Math.round(wallMs / 1000)} seconds in all; simplify it or split it, and upload that.`,
      ),
  );
}

/**
 * The text of an uploaded document.
 * @param budget looked at between the pieces of the document
 * @throws DomainError `unsupported-media` with the fault and the remedy
 */
export async function readDocument(
  objects: ContentObjects,
  item: ExistingContent,
  budget: WorkBudget,
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
  const text = await read(await readObject(objects, item), budget).catch(refuseDeepNesting);
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
