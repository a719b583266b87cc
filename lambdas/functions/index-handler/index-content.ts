import { contentStream, type DomainEvent } from '@nova/shared/events/index';
import { madeAt } from '@nova/shared/ids';
import { limits } from '@nova/shared/limits';
import { type VectorMetadata, vectorKey } from '@nova/shared/vectors';
import { currentState } from '../../commands/execute.ts';
import type { ContentObjects } from '../../content/objects.ts';
import type { Passage } from '../../documents/passages/passages.ts';
import { content, type ExistingContent, ready, recordIndexed } from '../../domain/content.ts';
import { DomainError } from '../../domain/errors.ts';
import type { Conclusion, WorkContext } from '../../jobs/job-run.ts';
import type { JobContext } from '../../jobs/run-job.ts';
import type { ImageModel } from '../../models/nova-image/nova-image.ts';
import { collectGarbage } from '../../runtime/collect-garbage.ts';
import { eraseTail } from './erase-vectors.ts';
import { type IndexingTask, type Planned, putVectors, type VectorDependencies } from './put-vectors.ts';
import { type Indexable, type ReadSource, readPassages } from './read-passages.ts';
import { pictureReader } from './read-pictures.ts';

export interface IndexingDependencies extends VectorDependencies {
  readonly objects: ContentObjects;
  readonly images: ImageModel;
}

/** Concurrent embedding calls: a document of the largest size takes a minute or two. */
const concurrency = 16;

/** Rounds of indexing, because the result may be replaced meanwhile. After the last, the job fails and is retried later. */
const maxRounds = 3;

/** Indexes a picture or the result of a job, in one invocation. */
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

async function indexItem(
  { objects, images, ...dependencies }: IndexingDependencies,
  job: JobContext<IndexingTask>,
  reference: string,
): Promise<Pick<DomainEvent<'ContentIndexed'>['data'], 'vectors' | 'document'>> {
  const { source } = job.task;
  if (source === 'media' || source === 'document')
    throw new TypeError(`No single object is indexed of ${source}`);
  const pictures = pictureReader({ store: dependencies.store, objects, images }, job, reference);
  const read = await readPassages(objects, job.content, source, {
    endsAt: job.endsAt,
    readPicture: pictures.read,
  });
  const indexed = await indexPassages(dependencies, job, read, { reference });
  await pictures.forget();
  return indexed;
}

interface IndexingOptions {
  /** The reference of the tokens in the usage account. */
  readonly reference: string;
  /** Percent of the job that is done before. */
  readonly from?: number;
}

/** Percent of the job at which all vectors are in the index. */
const indexedPercent = 95;

/** Why nothing of a result can be found. */
const nothingFound: Partial<Record<IndexingTask['source'], string>> = {
  transcript:
    'No words were recognised in the recording, so nothing can be found in it. To find it by its sound, index it with ?sources=media.',
  scene:
    'The analysis describes no scene, so nothing can be found in it. To find the video by its pictures, index it with ?sources=media.',
};

/**
 * Puts the vectors of all passages of a source into the index, and erases those that it had more before.
 * @throws DomainError `unsupported-media` when it has no passages, and had none before
 * @returns the number of its vectors, and the facts about a document or a picture
 */
export async function indexPassages(
  dependencies: VectorDependencies,
  job: JobContext<IndexingTask>,
  { passages, document }: ReadSource,
  { reference, from = 0 }: IndexingOptions,
): Promise<Pick<DomainEvent<'ContentIndexed'>['data'], 'vectors' | 'document'>> {
  const { source } = job.task;
  const planned = plan(job, passages);
  const most = job.content.vectors[source] ?? 0;
  const nothing = nothingFound[source];
  if (planned.length === 0 && most === 0 && nothing) throw new DomainError('unsupported-media', nothing);
  collectGarbage(job.content.bytes);
  await putVectors(dependencies, job, planned, {
    concurrency,
    batchSize: limits.vectorsPerGet,
    reference,
    onProgress: (count) =>
      job.progress(from + (count / planned.length) * (indexedPercent - from), 'indexing'),
  });
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
