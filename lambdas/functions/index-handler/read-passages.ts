import { Analysis, Transcript } from '@nova/shared/api/media';
import type { VectorSource } from '@nova/shared/vocabulary';
import type * as z from 'zod';
import type { ContentObjects } from '../../content/objects.ts';
import { documentPassages, type Passage, presentable } from '../../documents/passages/passages.ts';
import { documentBudget, readDocument } from '../../documents/read-document.ts';
import type { ExistingContent } from '../../domain/content.ts';
import { DomainError } from '../../domain/errors.ts';
import type { EmbeddingInput } from '../../models/embeddings.ts';
import { scenePassages, transcriptPassages } from './media-passages.ts';

/** A passage, and the input of its vector. */
export interface Indexable extends Passage {
  readonly input: EmbeddingInput;
}

/** Sources that are indexed as text. */
type TextSource = Exclude<VectorSource, 'image' | 'media'>;

/**
 * The passages of one source of an item.
 * @param endsAt when the invocation's time is nearly up
 * @throws DomainError `conflict` when the source does not exist yet, `unsupported-media` when it cannot be read
 */
export async function readPassages(
  objects: ContentObjects,
  item: ExistingContent,
  source: TextSource | 'image',
  endsAt: Date,
): Promise<Indexable[]> {
  if (source === 'image') return [imageOf(objects, item)];
  const passages = presentable(await textPassages(objects, item, source, endsAt));
  return passages.map((passage) => ({ ...passage, input: { text: passage.text } }));
}

async function textPassages(
  objects: ContentObjects,
  item: ExistingContent,
  source: TextSource,
  endsAt: Date,
): Promise<Passage[]> {
  switch (source) {
    case 'document': {
      const budget = documentBudget(endsAt);
      return documentPassages(await readDocument(objects, item, budget), budget);
    }
    case 'transcript':
      return transcriptPassages(await readResult(objects, item.transcriptKey, Transcript, source));
    case 'scene':
      return scenePassages(await readResult(objects, item.analysisKey, Analysis, source));
  }
}

/** An image is embedded itself; the text of its passage is its name. */
function imageOf(objects: ContentObjects, item: ExistingContent): Indexable {
  const format = item.contentType === 'image/png' ? 'png' : 'jpeg';
  const uri = `s3://${objects.bucket}/${item.objectKey}`;
  return { text: item.filename, input: { image: { format, uri } } };
}

async function readResult<S extends z.ZodType>(
  objects: ContentObjects,
  key: string | undefined,
  schema: S,
  source: TextSource,
): Promise<z.output<S>> {
  const found = key === undefined ? undefined : await objects.readJson(key);
  if (found === undefined) {
    throw new DomainError('conflict', `The content has no ${source} to index yet; run its job first.`);
  }
  return schema.parse(found);
}
