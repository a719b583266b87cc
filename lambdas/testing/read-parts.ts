import type { About, Block } from '../documents/blocks/block.ts';
import type { ReadPicture } from '../documents/blocks/picture.ts';
import { readDocument } from '../documents/read-document.ts';
import type { ExistingContent } from '../domain/content.ts';
import { unlimited, type WorkBudget } from '../runtime/work-budget.ts';
import { memoryObjects } from './memory-objects.ts';

interface ReadParts {
  readonly blocks: readonly Block[];
  readonly about: About;
  readonly warnings: readonly string[];
}

/** The blocks, the facts and the warnings of a document of a type. */
export async function readParts(
  body: string | Uint8Array,
  contentType: string,
  budget: WorkBudget = unlimited,
  readPicture?: ReadPicture,
): Promise<ReadParts> {
  const bytes = Buffer.from(body as Uint8Array);
  const objects = memoryObjects();
  objects.write('a', bytes);
  const item = { kind: 'document', contentType, bytes: bytes.length, objectKey: 'a' };
  const read = readDocument(objects, item as ExistingContent, budget, readPicture ? { readPicture } : {});
  return { blocks: await Array.fromAsync(read.blocks), about: read.about(), warnings: read.warnings() };
}

export const textsOf = (blocks: readonly Block[]): string[] => blocks.map(({ text }) => text);
