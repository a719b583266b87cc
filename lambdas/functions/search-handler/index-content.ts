import { contentStream } from '@nova/shared/events/index';
import { madeAt } from '@nova/shared/ids';
import { limits } from '@nova/shared/limits';
import { type VectorMetadata, vectorKey } from '@nova/shared/vectors';
import { currentState } from '../../commands/execute.ts';
import type { ContentObjects } from '../../content/objects.ts';
import type { Passage } from '../../documents/passages.ts';
import { content, type ExistingContent, ready, recordIndexed } from '../../domain/content.ts';
import type { Conclusion, WorkContext } from '../../jobs/job-run.ts';
import type { JobContext } from '../../jobs/run-job.ts';
import { collectGarbage } from '../../runtime/collect-garbage.ts';
import { eraseTail } from './erase-vectors.ts';
import { type IndexingTask, type Planned, putVectors, type VectorPorts } from './put-vectors.ts';
import { type Indexable, readPassages } from './read-passages.ts';

export interface IndexingPorts extends VectorPorts {
  readonly objects: ContentObjects;
}

/** Embedding calls under way at once: a document of the largest size is done in two invocations of a minute. */
const embeddingsAtOnce = 16;

/** Times a result may be replaced while it is indexed; more often, and the job is tried again later. */
const maxRounds = 3;

/** Makes one source of an item searchable, in one invocation. Of the sound and the pictures themselves: `mediaJob`. */
export function indexContent(ports: IndexingPorts) {
  return async (job: JobContext<IndexingTask>): Promise<Conclusion> => {
    const { tenant, contentId, jobId, task } = job;
    let { content: item } = job;
    for (let round = 0; round < maxRounds; round += 1) {
      const reference = round === 0 ? jobId : `${jobId}/${round}`;
      const vectors = await indexItem(ports, { ...job, content: item }, reference);
      const stream = contentStream(tenant, contentId);
      const now = ready(await currentState(ports.store, content, stream), contentId, [item.kind], new Date());
      // Vectors of all jobs lie in the same places: what another has put there of a newer result must stand.
      if (resultOf(now, task.source) === resultOf(item, task.source)) {
        return (state) => recordIndexed(state, { jobId, source: task.source, vectors });
      }
      item = now;
    }
    throw new Error('The result was replaced again and again while it was indexed');
  };
}

/** The object that is indexed, where it is a job's result: another may take its place. */
function resultOf({ transcriptKey, analysisKey }: ExistingContent, source: IndexingTask['source']) {
  if (source === 'transcript') return transcriptKey;
  return source === 'scene' ? analysisKey : undefined;
}

/** @returns how many vectors there are of it now */
async function indexItem(
  ports: IndexingPorts,
  job: JobContext<IndexingTask>,
  reference: string,
): Promise<number> {
  const { source } = job.task;
  if (source === 'media') throw new TypeError('Media are indexed in parts');
  // What the invocation before left must not lie beside a document of the largest size.
  collectGarbage(job.content.bytes);
  const planned = plan(job, await readPassages(ports.objects, job.content, source, job.signal));
  collectGarbage(job.content.bytes);
  await putVectors(ports, job, planned, {
    atOnce: embeddingsAtOnce,
    perPut: limits.vectorsPerGet,
    reference,
    onPut: (count) => job.progress((count / planned.length) * 95, 'indexing'),
  });
  const most = job.content.vectors[source] ?? 0;
  await eraseTail(ports.index, job, source, planned.length, most);
  return planned.length;
}

function plan(job: JobContext<IndexingTask>, passages: readonly Indexable[]): Planned[] {
  return passages.map(({ input, ...passage }, place) => ({
    ...placed(job, passage, place),
    withInput: (use) => use(input),
  }));
}

/**
 * Where a passage is in the index, and what goes with its vector.
 * @param place among all passages of the same source
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

/** A name stays inside what may be asked for, and what metadata holds. */
const named = (speaker: string | undefined) =>
  speaker === undefined ? {} : { speaker: speaker.slice(0, limits.speakerChars) };
