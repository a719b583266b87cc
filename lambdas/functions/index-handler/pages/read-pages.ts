import { limits } from '@nova/shared/limits';
import { segmentKey } from '@nova/shared/objects';
import * as z from 'zod';
import type { About, Block } from '../../../documents/blocks/block.ts';
import { documentBudget, pagesShare } from '../../../documents/document-budget.ts';
import { type DocumentRest, type ReadDocument, readDocument } from '../../../documents/read-document.ts';
import type { WorkContext } from '../../../jobs/job-run.ts';
import { collectGarbage } from '../../../runtime/collect-garbage.ts';
import type { WorkBudget } from '../../../runtime/work-budget.ts';
import type { IndexingDependencies } from '../index-content.ts';
import type { IndexingTask } from '../put-vectors.ts';
import { type PictureReader, pictureReader } from '../read-pictures.ts';

/** Pages that one invocation has read, as they are kept in the bucket until the job is done. */
export const ReadPages = z.object({
  blocks: z.array(z.custom<Block>()),
  about: z.custom<About>(),
  warnings: z.array(z.string()),
  /** What is left of the document; absent once it is read. */
  rest: z.custom<DocumentRest>().optional(),
  /** Milliseconds of a processor that the document took so far. */
  cpuMs: z.number(),
});
export type ReadPages = z.infer<typeof ReadPages>;

export const pagesKey = ({ tenant, contentId, jobId }: WorkContext, segment: number): string =>
  segmentKey(tenant, contentId, jobId, segment);

/** Blocks after which garbage is collected: what is left of a thread's messages stands beside the thread in the function's memory. */
const blocksPerCollection = 5000;

/** A document whose pages are being read in an invocation. */
export interface PagesReading {
  readonly document: ReadDocument;
  readonly budget: WorkBudget;
  readonly pictures: PictureReader;
  /** Reads the pages. */
  pages(): Promise<ReadPages>;
}

/**
 * Starts to read the pages of a document, as many as the share of the invocation allows.
 * @param before the pages before, which another invocation has read
 */
export function startReading(
  dependencies: IndexingDependencies,
  context: WorkContext<IndexingTask>,
  shareOf: typeof pagesShare = pagesShare,
  before?: ReadPages,
): PagesReading {
  const { content, endsAt, jobId } = context;
  // Garbage of the previous invocation and a document of the largest size do not fit into memory together.
  collectGarbage(content.bytes);
  const start = process.cpuUsage();
  const budget = documentBudget(endsAt, before?.cpuMs);
  const pictures = pictureReader(dependencies, context, jobId);
  const document = readDocument(dependencies.objects, content, budget, {
    readPicture: pictures.read,
    share: shareOf(endsAt),
    from: before?.rest,
  });
  return {
    document,
    budget,
    pictures,
    async pages() {
      const blocks: Block[] = [];
      for await (const block of document.blocks) {
        blocks.push(block);
        if (blocks.length % blocksPerCollection === 0) collectGarbage(limits.documentStreamBytes);
      }
      const { user, system } = process.cpuUsage(start);
      const cpuMs = (before?.cpuMs ?? 0) + Math.round((user + system) / 1000);
      const rest = document.rest();
      const { about, warnings } = { about: document.about(), warnings: [...document.warnings()] };
      return { blocks, about, warnings, cpuMs, ...(rest ? { rest } : {}) };
    },
  };
}
