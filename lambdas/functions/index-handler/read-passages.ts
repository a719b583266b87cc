import type { DocumentFacts } from '@nova/shared/api/document-facts';
import { Analysis, Transcript } from '@nova/shared/api/media';
import { limits } from '@nova/shared/limits';
import type { VectorSource } from '@nova/shared/vocabulary';
import type * as z from 'zod';
import type { ContentObjects } from '../../content/objects.ts';
import type { About } from '../../documents/blocks/block.ts';
import type { ReadPicture } from '../../documents/blocks/picture.ts';
import { documentBudget } from '../../documents/document-budget.ts';
import { type Passage, presentable } from '../../documents/passages/passages.ts';
import { isRaster } from '../../documents/rasters/raster-pages.ts';
import type { ExistingContent } from '../../domain/content.ts';
import { DomainError } from '../../domain/errors.ts';
import type { EmbeddingInput } from '../../models/embeddings.ts';
import { scenePassages, transcriptPassages } from './media-passages.ts';
import { readImage } from './read-image.ts';
import { readRaster } from './read-raster.ts';

/** A passage, and the input of its vector. */
export interface Indexable extends Passage {
  readonly input: EmbeddingInput;
}

/** Results of jobs that are indexed as text. */
type ResultSource = Exclude<VectorSource, 'document' | 'image' | 'media'>;

/** What is known of a source of an item once it is read. */
export interface ReadSource {
  readonly passages: readonly Indexable[];
  readonly document?: DocumentFacts;
}

/** How sources are read. */
export interface Reading {
  /** When the invocation's time is nearly up. */
  readonly endsAt: Date;
  readonly readPicture: ReadPicture;
}

/**
 * The passages of one source of an item that is no document.
 * @throws DomainError `conflict` when the source does not exist yet, `unsupported-media` when it cannot be read
 */
export async function readPassages(
  objects: ContentObjects,
  item: ExistingContent,
  source: ResultSource | 'image',
  { endsAt, readPicture }: Reading,
): Promise<ReadSource> {
  if (source === 'image') {
    const read = isRaster(item.contentType) ? readRaster : readImage;
    const { picture, passages, warnings } = await read(objects, item, readPicture, documentBudget(endsAt));
    const document = warnings.length > 0 ? { document: { warnings: shortened(warnings) } } : {};
    return { passages: [picture, ...indexable(passages)], ...document };
  }
  const passages =
    source === 'transcript'
      ? transcriptPassages(await readResult(objects, item.transcriptKey, Transcript, source))
      : scenePassages(await readResult(objects, item.analysisKey, Analysis, source));
  return { passages: indexable(passages) };
}

/** What is known of a document once it is read. */
export interface DocumentText {
  readonly passages: readonly Passage[];
  readonly about: About;
  readonly warnings: readonly string[];
}

/** A document as a source of vectors. */
export function documentSource({ passages, ...read }: DocumentText): ReadSource {
  const document = factsOf(read);
  const language = /^[a-z]{2,3}(?![a-z])/.exec(document.language?.toLowerCase() ?? '')?.[0];
  const spoken = language === undefined ? {} : { language };
  return { passages: indexable(passages.map((passage) => ({ ...passage, ...spoken }))), document };
}

function factsOf({ about, ...read }: Omit<DocumentText, 'passages'>): DocumentFacts {
  const { title, author, language, pages } = about;
  const texts = { title, author, language };
  const known = Object.entries(texts).flatMap(([name, text]) => {
    const short = text?.trim().slice(0, limits.documentFactChars).toWellFormed();
    return short ? [[name, short]] : [];
  });
  const warnings = shortened(read.warnings);
  return {
    ...Object.fromEntries(known),
    ...(pages === undefined ? {} : { pages }),
    ...(warnings.length > 0 ? { warnings } : {}),
  };
}

const shortened = (warnings: readonly string[]): string[] =>
  warnings.slice(0, limits.documentWarnings).map((text) => text.slice(0, limits.documentFactChars));

const indexable = (passages: readonly Passage[]): Indexable[] =>
  presentable(passages).map((passage) => ({ ...passage, input: { text: inputOf(passage) } }));

/** The text that a vector is made of: a passage with the headings above it, which it may not repeat itself. */
function inputOf({ text, heading = [] }: Passage): string {
  const above = heading.filter((line) => !text.startsWith(line));
  return above.length === 0 ? text : `${above.join(' > ')}\n${text}`;
}

async function readResult<S extends z.ZodType>(
  objects: ContentObjects,
  key: string | undefined,
  schema: S,
  source: ResultSource,
): Promise<z.output<S>> {
  const found = key === undefined ? undefined : await objects.readJson(key);
  if (found === undefined) {
    throw new DomainError('conflict', `The content has no ${source} to index yet; run its job first.`);
  }
  return schema.parse(found);
}
