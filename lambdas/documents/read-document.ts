import { limits } from '@nova/shared/limits';
import { type MediaType, toMediaType } from '@nova/shared/media-types';
import type { ContentObjects } from '../content/objects.ts';
import type { ExistingContent } from '../domain/content.ts';
import { DomainError } from '../domain/errors.ts';
import { objectBytes } from '../media/decoding/object-reader.ts';
import type { Share, WorkBudget } from '../runtime/work-budget.ts';
import type { About, Block, DocumentPart, DocumentReader, SourceFile } from './blocks/block.ts';
import type { ReadPicture } from './blocks/picture.ts';
import { readEncoded } from './encodings/read-encoded.ts';
import type { PdfRest } from './pdf/pdf-parts.ts';
import { withPictures } from './pictures/with-pictures.ts';

const odf = async () => (await import('./office/read-odf.ts')).readOdf;

/** The pages that an invocation reads of a document: from the first one, or from where another invocation stopped. */
interface Pages {
  readonly from: PdfRest | undefined;
  readonly share: Share | undefined;
  /** Leaves the rest to another invocation. */
  leave(rest: PdfRest): void;
}

type PagesReader = (file: SourceFile, budget: WorkBudget, pages: Pages) => ReturnType<DocumentReader>;

/** Each is loaded for such a document only: other documents do not wait for it. */
const readers: Readonly<Partial<Record<MediaType, () => Promise<PagesReader>>>> = {
  'text/plain': async () => readerOf((await import('./plain-text/read-text.ts')).readText),
  'text/markdown': async () => readerOf((await import('./markdown/read-markdown.ts')).readMarkdown),
  'text/html': async () => readerOf((await import('./html/read-page.ts')).readPage),
  'application/pdf': async () => {
    const { readPdf } = await import('./pdf/pdf.ts');
    return async function* ({ bytes }, budget, pages) {
      const rest = yield* readPdf(bytes, budget, pages);
      if (rest) pages.leave(rest);
    };
  },
  'text/csv': async () => readerOf((await import('./data/read-csv.ts')).readCsv),
  'text/tab-separated-values': async () => readerOf((await import('./data/read-csv.ts')).readCsv),
  'application/json': async () => readerOf((await import('./data/read-json.ts')).readJson),
  'application/x-ndjson': async () => readerOf((await import('./data/read-json.ts')).readJson),
  'application/yaml': async () => readerOf((await import('./plain-text/read-code.ts')).readCode),
  'application/xml': async () => readerOf((await import('./xml/read-xml.ts')).readXml),
  'text/x-source-code': async () => readerOf((await import('./plain-text/read-code.ts')).readCode),
  'application/x-subrip': async () => readerOf((await import('./subtitles/read-subtitles.ts')).readSubtitles),
  'text/vtt': async () => readerOf((await import('./subtitles/read-subtitles.ts')).readSubtitles),
  'application/rtf': async () => (await import('./rtf/read-rtf.ts')).readRtf,
  'message/rfc822': async () => (await import('./mail/read-mail.ts')).readMail,
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': async () =>
    (await import('./office/read-docx.ts')).readDocx,
  'application/vnd.openxmlformats-officedocument.presentationml.presentation': async () =>
    (await import('./office/read-pptx.ts')).readPptx,
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': async () =>
    (await import('./office/excel/read-xlsx.ts')).readXlsx,
  'application/vnd.oasis.opendocument.text': odf,
  'application/vnd.oasis.opendocument.presentation': odf,
  'application/vnd.oasis.opendocument.spreadsheet': odf,
  'application/epub+zip': async () => (await import('./epub/read-epub.ts')).readEpub,
};

/** A reader of text in any encoding. */
const readerOf = (readText: (source: string, budget: WorkBudget) => Iterable<DocumentPart>): DocumentReader =>
  async function* (file, budget) {
    const read = await readEncoded(file);
    if (read.text === undefined) throw refused(`The document ${read.detail}`);
    yield* readText(read.text, budget);
  };

/** A language tag, as far as it has a language (RFC 5646, section 2.1); programs also write locales, such as `C`. */
const languageTag = /^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*$/;

/** A document that is being read. */
export interface ReadDocument {
  /** Read once, in order. */
  readonly blocks: AsyncIterable<Block>;
  /** The facts that are known so far: all of them once the blocks are read. */
  about(): About;
  /** What could not be read, so far. */
  warnings(): readonly string[];
  /** What is left to another invocation, known once the blocks are read; undefined when the document is read to its end. */
  rest(): DocumentRest | undefined;
}

/** Where the reading of a document continues in another invocation; JSON. */
export interface DocumentRest {
  /** Characters of the text that is read, and pictures. */
  readonly chars: number;
  readonly pictures: number;
  /** Why a picture is not read. */
  readonly pictureFault?: string;
  readonly pdf: PdfRest;
}

/** How a document is read. */
export interface DocumentReading {
  /** Without it, pages that are pictures are not read. */
  readonly readPicture?: ReadPicture;
  /** The share of the invocation after which the rest of a PDF is left to another one; without it the whole file is read. */
  readonly share?: Share;
  /** What another invocation has left. */
  readonly from?: DocumentRest | undefined;
}

/**
 * Reads an uploaded document.
 * @param budget looked at between the pieces of the document
 * @throws DomainError `unsupported-media` with the fault and the remedy, also while the blocks are read
 */
export function readDocument(
  objects: ContentObjects,
  item: ExistingContent,
  budget: WorkBudget,
  { readPicture, share, from }: DocumentReading = {},
): ReadDocument {
  const type = toMediaType(item.contentType);
  const reader = type && readers[type];
  if (!reader || item.bytes > limits.documentBytes) {
    throw refused(
      `The file cannot be indexed as a document. Documents are ${Object.keys(readers).join(', ')}, of at most ${limits.documentBytes} bytes.`,
    );
  }
  let about: About = {};
  const warnings: string[] = [];
  let { chars, pictures, pictureFault } = from ?? { chars: 0, pictures: 0 };
  let rest: PdfRest | undefined;
  const pages: Pages = { from: from?.pdf, share, leave: (left) => (rest = left) };
  const reading: ReadPicture = async (picture, id) => {
    pictures += 1;
    const text = (await readPicture?.(picture, id)) ?? { fault: 'it is a picture' };
    if ('fault' in text) pictureFault ??= text.fault;
    return text;
  };
  const blocks = async function* () {
    const read = await reader();
    const bytes = await readObject(objects, item);
    const parts = read({ bytes, contentType: item.contentType }, budget, pages);
    for await (const found of withPictures(parts, reading, budget, pictures)) {
      const part = withoutZeros(found);
      if (part.kind === 'warning') warnings.push(part.text);
      else if (part.kind === 'about') {
        const { kind: _, language, ...facts } = part;
        const isTag = language !== undefined && languageTag.test(language);
        about = { ...about, ...facts, ...(isTag ? { language } : {}) };
      } else {
        if (part.text.trim() === '') continue;
        chars += part.text.length;
        if (chars > limits.documentChars) throw tooLong();
        yield part;
      }
    }
    if (chars === 0 && !rest) throw refused(noPicture(pictureFault) ?? noText[type] ?? noTextAtAll);
  };
  return {
    blocks: withoutOverflow(blocks()),
    about: () => about,
    warnings: () => warnings,
    rest: () => rest && { chars, pictures, ...(pictureFault ? { pictureFault } : {}), pdf: rest },
  };
}

/** Zero bytes and halves of characters are never text; JSON and others can spell them. */
const withoutZeros = <T extends DocumentPart>(part: T): T =>
  Object.fromEntries(
    Object.entries(part).map(([key, value]) => [
      key,
      typeof value === 'string' ? value.replaceAll('\0', '').toWellFormed() : value,
    ]),
  ) as T;

const refused = (detail: string, options?: ErrorOptions) =>
  new DomainError('unsupported-media', detail, options);

const tooLong = () =>
  refused(
    `The document holds more than ${limits.documentChars} characters of text, which is the most that can be indexed; split it and upload the pieces.`,
  );

/** Why no picture of a document without other text is read. */
const noPicture = (fault: string | undefined) =>
  fault === undefined
    ? undefined
    : `The document holds pictures only, and no text of them is read: ${fault}.`;

const noTextAtAll = 'The document holds no text: it is blank. Check that it is the right file.';

/** Why a document of a kind may have no text. */
const noText: Readonly<Partial<Record<MediaType, string>>> = {
  'text/html':
    'The page holds no text; a script may write it in the browser. Save the page as it is shown, and upload that.',
};

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
async function* withoutOverflow<T>(parts: AsyncIterable<T>): AsyncGenerator<T> {
  try {
    yield* parts;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw refused('The document is nested too deeply to be read; flatten it, and upload it again.', {
      cause: error,
    });
  }
}
