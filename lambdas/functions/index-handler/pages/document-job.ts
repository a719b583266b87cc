import { toMediaType } from '@nova/shared/media-types';
import type { About, Block } from '../../../documents/blocks/block.ts';
import { documentBudget, pagesShare } from '../../../documents/document-budget.ts';
import { documentPassages } from '../../../documents/passages/passages.ts';
import { recordIndexed } from '../../../domain/content.ts';
import type { Conclusion, WorkContext } from '../../../jobs/job-run.ts';
import type { WorkInSegments } from '../../../jobs/run-in-segments.ts';
import type { JobContext } from '../../../jobs/run-job.ts';
import { storeFor } from '../../../jobs/save-result.ts';
import { collectGarbage } from '../../../runtime/collect-garbage.ts';
import { type IndexingDependencies, indexPassages } from '../index-content.ts';
import type { IndexingTask } from '../put-vectors.ts';
import { type DocumentText, documentSource } from '../read-passages.ts';
import { pagesKey, ReadPages, startReading } from './read-pages.ts';

/** Percent of a job in segments at which all pages are read. */
const readPercent = 50;
/** Percent that segments report when they have done all of the work. */
const segmentsPercent = 95;

/**
 * Indexes a document: at once where a share of an invocation is enough to read it, otherwise by pages over several invocations. Each saves
 * what it has read; passages are cut once all pages are read, because sentences cross pages.
 */
export function documentJob(
  dependencies: IndexingDependencies,
  shareOf = pagesShare,
): WorkInSegments<IndexingTask> {
  const { store, objects } = dependencies;
  const load = async (context: WorkContext, segment: number): Promise<ReadPages | undefined> =>
    ReadPages.optional().parse(await objects.readJson(pagesKey(context, segment)));
  const save = (context: WorkContext, segment: number, value: ReadPages) =>
    storeFor(context, { store, objects, objectKey: pagesKey(context, segment), value });
  const read = async (context: WorkContext<IndexingTask>, segment: number): Promise<ReadPages> => {
    const before = segment === 0 ? undefined : await load(context, segment - 1);
    const { pages, pictures } = startReading(dependencies, context, shareOf, before);
    const found = await pages();
    await save(context, segment, found);
    await pictures.forget();
    return found;
  };
  return {
    async open(context) {
      const { document, budget, pictures, pages } = startReading(dependencies, context, shareOf);
      const read = isPaged(context) ? await pages() : undefined;
      if (read?.rest) {
        await save(context, 0, read);
        await pictures.forget();
        return 'in-segments';
      }
      const passages = await Array.fromAsync(documentPassages(read?.blocks ?? document.blocks, budget));
      const { about, warnings } = { about: document.about(), warnings: document.warnings() };
      const conclusion = await index(dependencies, context, { passages, about, warnings });
      await pictures.forget();
      return conclusion;
    },

    async segment(context) {
      const { from, segment } = context;
      // The first pages are saved before their segment starts, and others by an attempt that was interrupted.
      const { about, rest } = (await load(context, segment)) ?? (await read(context, segment));
      collectGarbage(context.content.bytes);
      const { pages: total = from } = about;
      const until = rest?.pdf.pages ?? total;
      await context.cut(until, rest === undefined);
      await context.progress(until - from, (total * segmentsPercent) / readPercent, 'reading');
    },

    async conclude(context, segments) {
      const read: { about: About; warnings: string[] } = { about: {}, warnings: [] };
      const blocks = async function* (): AsyncGenerator<Block> {
        for (const segment of segments.keys()) {
          const pages = ReadPages.parse(await objects.readJson(pagesKey(context, segment)));
          read.about = { ...read.about, ...pages.about };
          read.warnings.push(...pages.warnings);
          yield* pages.blocks;
        }
      };
      const budget = documentBudget(context.endsAt);
      const passages = await Array.fromAsync(documentPassages(blocks(), budget));
      return index(dependencies, context, { passages, ...read }, readPercent);
    },

    async cleanUp(context, segments) {
      await Promise.all(segments.map((_, segment) => objects.delete(pagesKey(context, segment))));
    },
  };
}

/** Whether a document may be left after some of its pages. Others are cut into passages while they are read, which takes less memory. */
const isPaged = ({ content }: WorkContext) => toMediaType(content.contentType) === 'application/pdf';

/** @param from percent of the job that is done */
async function index(
  dependencies: IndexingDependencies,
  context: JobContext<IndexingTask>,
  text: DocumentText,
  from = 0,
): Promise<Conclusion> {
  const { jobId } = context;
  const indexed = await indexPassages(dependencies, context, documentSource(text), {
    reference: jobId,
    from,
  });
  return (state) => recordIndexed(state, { jobId, source: 'document', ...indexed });
}
