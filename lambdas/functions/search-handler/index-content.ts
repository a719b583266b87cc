import { isDeepStrictEqual } from 'node:util';
import type { JobTask } from '@nova/shared/events/index';
import { madeAt } from '@nova/shared/ids';
import { limits } from '@nova/shared/limits';
import { type VectorMetadata, vectorKey } from '@nova/shared/vectors';
import { recordIndexed } from '../../domain/content.ts';
import { batches } from '../../platform/batches.ts';
import type { ContentObjects } from '../../platform/content/objects.ts';
import type { EventStore } from '../../platform/events/store.ts';
import type { Conclusion } from '../../platform/jobs/job-run.ts';
import type { JobContext } from '../../platform/jobs/run-job.ts';
import { isRefusal, refusedBy } from '../../platform/models/errors.ts';
import { collectGarbage } from '../../platform/runtime/collect-garbage.ts';
import { metered } from '../../platform/usage/metered.ts';
import type { Embedder, Embedding } from '../../platform/vectors/embeddings.ts';
import type { VectorIndex } from '../../platform/vectors/vector-index.ts';
import { concurrently } from './concurrently.ts';
import { eraseTail } from './erase-vectors.ts';
import { type Indexable, readPassages } from './read-passages.ts';

export type IndexingTask = Extract<JobTask, { kind: 'indexing' }>;

export interface IndexingPorts {
  readonly store: EventStore;
  readonly objects: ContentObjects;
  readonly embedder: Embedder;
  readonly index: VectorIndex;
}

/** Embedding calls under way at once: a document of the largest size is done in two invocations of a minute. */
const embeddingsAtOnce = 16;

interface Planned extends Pick<Indexable, 'input'> {
  readonly key: string;
  readonly metadata: VectorMetadata;
}

/**
 * Makes one source of an item searchable. What an attempt before has put in the index already is not embedded again, so
 * a large document that takes longer than one invocation goes on where it stopped.
 */
export function indexContent(ports: IndexingPorts) {
  return async (job: JobContext<IndexingTask>): Promise<Conclusion> => {
    const { source } = job.task;
    // What the invocation before left must not lie beside a document of the largest size.
    collectGarbage();
    const planned = plan(job, await readPassages(ports.objects, job.content, source, job.signal));
    collectGarbage();
    await write(ports, job, planned);
    const most = job.content.vectors[source] ?? 0;
    await eraseTail(ports.index, job, source, planned.length, most);
    const data = { jobId: job.jobId, source, vectors: planned.length };
    return (state) => recordIndexed(state, data);
  };
}

function plan(
  { tenant, contentId, jobId, task, content }: JobContext<IndexingTask>,
  passages: readonly Indexable[],
): Planned[] {
  const { source } = task;
  return passages.map((passage, place) => {
    const { input, ...about } = passage;
    const owner = { tenant, contentId, kind: content.kind, source, createdAt: madeAt(contentId), jobId };
    const metadata = { ...owner, ...about, ...named(about.speaker) };
    return { input, key: vectorKey(tenant, contentId, source, place), metadata };
  });
}

/** A name stays inside what may be asked for, and what metadata holds. */
const named = (speaker: string | undefined) =>
  speaker === undefined ? {} : { speaker: speaker.slice(0, limits.speakerChars) };

async function write(
  ports: IndexingPorts,
  job: JobContext<IndexingTask>,
  planned: readonly Planned[],
): Promise<void> {
  const account = { ...job, source: 'embedding', reference: job.jobId } as const;
  let done = 0;
  await metered(ports.store, account, async (tokens) => {
    const embed = async (passage: Planned) => {
      const { vector, inputTokens, model } = await embedOne(ports.embedder, passage, job.signal);
      tokens.add({ inputTokens, outputTokens: 0, model });
      return { key: passage.key, vector, metadata: passage.metadata };
    };
    for (const batch of batches(planned, limits.vectorsPerGet)) {
      const missing = await notYetIndexed(ports.index, batch, job);
      await ports.index.put(await concurrently(missing, embeddingsAtOnce, embed), job.signal);
      done += batch.length;
      await job.progress((done / planned.length) * 95, 'indexing');
    }
  });
}

/**
 * What is not in the index as it should be. Images are made of a file that never changes; what else a vector is made of
 * is in its metadata. A job that makes everything anew leaves alone only what an attempt of its own has made.
 */
async function notYetIndexed(
  index: VectorIndex,
  batch: readonly Planned[],
  { jobId, task, signal }: JobContext<IndexingTask>,
): Promise<Planned[]> {
  const keys = batch.map(({ key }) => key);
  const known = await index.metadata(keys, signal);
  return batch.filter(({ key, metadata }) => {
    const there = known.get(key);
    if (!there || (task.fresh && there.jobId !== jobId)) return true;
    return !isDeepStrictEqual({ ...there, jobId }, metadata);
  });
}

async function embedOne(embedder: Embedder, { input }: Planned, signal: AbortSignal): Promise<Embedding> {
  try {
    return await embedder.embed(input, 'GENERIC_INDEX', signal);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    throw refusedBy('embedding model', 'content', error);
  }
}
