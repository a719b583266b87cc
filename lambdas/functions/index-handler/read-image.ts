import { limits } from '@nova/shared/limits';
import { pictureFormatOf } from '@nova/shared/media-types';
import type { ContentObjects } from '../../content/objects.ts';
import type { Block } from '../../documents/blocks/block.ts';
import type { PictureText, ReadPicture } from '../../documents/blocks/picture.ts';
import { documentPassages, type Passage } from '../../documents/passages/passages.ts';
import { pictureBlocks } from '../../documents/pictures/picture-blocks.ts';
import { pictureSize } from '../../documents/pictures/picture-size.ts';
import type { ExistingContent } from '../../domain/content.ts';
import type { EmbeddingInput } from '../../models/embeddings.ts';
import type { WorkBudget } from '../../runtime/work-budget.ts';

/** The picture itself, and the passages of the text in it. */
export interface ReadImage {
  readonly picture: Passage & { readonly input: EmbeddingInput };
  readonly passages: readonly Passage[];
  /** Why it has no text. */
  readonly warnings: readonly string[];
}

export const noText = 'No text is found in the picture; a search finds it by what it shows.';

/** Reads an uploaded picture. It is embedded itself, with its name as the text of its passage, whether or not it shows text. */
export async function readImage(
  objects: ContentObjects,
  item: ExistingContent,
  readPicture: ReadPicture,
  budget: WorkBudget,
): Promise<ReadImage> {
  const format = pictureFormatOf(item.contentType) ?? 'jpeg';
  const uri = `s3://${objects.bucket}/${item.objectKey}`;
  const start = await objects.start(item.objectKey, limits.pictureHeadBytes);
  const fault = sizeFault(start ?? new Uint8Array());
  const read: PictureText = fault ? { fault } : await readPicture({ format, source: { uri } }, '0');
  const blocks: Block[] = [];
  const warnings: string[] = [];
  for (const part of pictureBlocks(read, { name: 'The text of the picture' }, budget)) {
    if (part.kind === 'warning') warnings.push(part.text);
    else blocks.push(part);
  }
  if (blocks.length === 0 && warnings.length === 0) warnings.push(noText);
  const passages = await Array.fromAsync(documentPassages(blocks, budget));
  return { picture: { text: item.filename, input: { image: { format, uri } } }, passages, warnings };
}

/** Why no model reads a picture of such a size. */
function sizeFault(start: Uint8Array): string | undefined {
  const size = pictureSize(start);
  if (!size || Math.max(size.width, size.height) <= limits.pictureSide) return undefined;
  return `it has ${size.width} × ${size.height} pixels, and ${limits.pictureSide} is the most of a side; make it smaller, and upload that`;
}
