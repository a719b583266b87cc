import { contentStream, type DomainEvent } from '@nova/shared/events/index';
import { madeAt } from '@nova/shared/ids';
import { limits } from '@nova/shared/limits';
import { type VectorMetadata, vectorKey } from '@nova/shared/vectors';
import { currentState } from '../../commands/execute.ts';
import type { ContentObjects } from '../../content/objects.ts';
import type { Passage } from '../../documents/passages/passages.ts';
import { content, type ExistingContent, ready, recordIndexed } from '../../domain/content.ts';
import type { Conclusion, WorkContext } from '../../jobs/job-run.ts';
import type { JobContext } from '../../jobs/run-job.ts';
import type { ImageModel } from '../../models/nova-image/nova-image.ts';
import { collectGarbage } from '../../runtime/collect-garbage.ts';
import { eraseTail } from './erase-vectors.ts';
import { type IndexingTask, type Planned, putVectors, type VectorDependencies } from './put-vectors.ts';
import { type Indexable, readPassages } from './read-passages.ts';
import { pictureReader } from './read-pictures.ts';

export interface IndexingDependencies extends VectorDependencies {
  readonly objects: ContentObjects;
  readonly images: ImageModel;
}

/** Concurrent embedding calls: a document of the largest size takes a minute or two. */
const concurrency = 16;

/** Rounds of indexing, because the result may be replaced meanwhile. After the last, the job fails and is retried later. */
const maxRounds = 3;

/** Indexes one source of an item in one invocation. For the sound and the pictures themselves see `mediaJob`. */
export function indexContent(dependencies: IndexingDependencies) {
  return async (job: JobContext<IndexingTask>): Promise<Conclusion> => {
    const { tenant, contentId, jobId, task } = job;
    let { content: item } = job;
    for (let round = 0; round < maxRounds; round += 1) {
      const reference = round === 0 ? jobId : `${jobId}/${round}`;
      const indexed = await indexItem(dependencies, { ...job, content: item }, reference);
      const stream = contentStream(tenant, contentId);
      const now = ready(
        await currentState(dependencies.store, content, stream),
        contentId,
        [item.kind],
        new Date(),
      );
      // All jobs write the same keys: the vectors another job wrote for a newer result must stay.
      if (resultOf(now, task.source) === resultOf(item, task.source)) {
        return (state) => recordIndexed(state, { jobId, source: task.source, ...indexed });
      }
      item = now;
    }
    throw new Error(`The result was replaced ${maxRounds} times while it was indexed`);
  };
}

/** The key of the indexed object when it is a job's result, which another may replace. */
function resultOf({ transcriptKey, analysisKey }: ExistingContent, source: IndexingTask['source']) {
  if (source === 'transcript') return transcriptKey;
  return source === 'scene' ? analysisKey : undefined;
}

/** @returns the number of its vectors, and the facts about a document or a picture */
async function indexItem(
  { objects, images, ...dependencies }: IndexingDependencies,
  job: JobContext<IndexingTask>,
  reference: string,
): Promise<Pick<DomainEvent<'ContentIndexed'>['data'], 'vectors' | 'document'>> {
  const { source } = job.task;
  if (source === 'media') throw new TypeError('Media is indexed in segments, by mediaJob');
  // Garbage of the previous invocation and a document of the largest size do not fit into memory together.
  collectGarbage(job.content.bytes);
  const pictures = pictureReader({ store: dependencies.store, objects, images }, job, reference);
  const { passages, document } = await readPassages(objects, job.content, source, {
    endsAt: job.endsAt,
    readPicture: pictures.read,
  });
  const planned = plan(job, passages);
  collectGarbage(job.content.bytes);
  await putVectors(dependencies, job, planned, {
    concurrency,
    batchSize: limits.vectorsPerGet,
    reference,
    onProgress: (count) => job.progress((count / planned.length) * 95, 'indexing'),
  });
  await pictures.forget();
  const most = job.content.vectors[source] ?? 0;
  await eraseTail(dependencies.index, job, source, planned.length, most);
  return { vectors: planned.length, ...(document ? { document } : {}) };
}

function plan(job: JobContext<IndexingTask>, passages: readonly Indexable[]): Planned[] {
  return passages.map(({ input, ...passage }, place) => ({
    ...placed(job, passage, place),
    withInput: (use) => use(input),
  }));
}

/**
 * The key and the metadata of a passage's vector.
 * @param place number among all passages of the same source
 */
export function placed(
  { tenant, contentId, jobId, task, content }: WorkContext<IndexingTask>,
  passage: Passage,
  place: number,
): { readonly key: string; readonly metadata: VectorMetadata } {
  const { source } = task;
  const owner = { tenant, contentId, kind: content.kind, source, createdAt: madeAt(contentId), jobId };
  const metadata = { ...owner, ...passage, ...named(passage.speaker) };
  return { key: vectorKey(tenant, contentId, source, place), metadata };
}

/** A speaker's name, cut to the length that a filter may have and metadata can hold. */
const named = (speaker: string | undefined) =>
  speaker === undefined ? {} : { speaker: speaker.slice(0, limits.speakerChars) };
