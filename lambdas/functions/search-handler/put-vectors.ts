import { isDeepStrictEqual } from 'node:util';
import type { JobTask } from '@nova/shared/events/index';
import type { VectorMetadata } from '@nova/shared/vectors';
import type { EventStore } from '../../event-store/store.ts';
import type { WorkContext } from '../../jobs/job-run.ts';
import type { Embedder, Embedding, EmbeddingInput } from '../../models/embeddings.ts';
import { isRefusal, refusedBy } from '../../models/errors.ts';
import { batches } from '../../runtime/batches.ts';
import { metered } from '../../usage/metered.ts';
import type { VectorIndex } from '../../vectors/vector-index.ts';
import { concurrently } from './concurrently.ts';

export type IndexingTask = Extract<JobTask, { kind: 'indexing' }>;

export interface VectorPorts {
  readonly store: EventStore;
  readonly embedder: Embedder;
  readonly index: VectorIndex;
}

/** A vector that is to be in the index. */
export interface Planned {
  readonly key: string;
  readonly metadata: VectorMetadata;
  /** Has the input for as long as it is used. */
  withInput<T>(use: (input: EmbeddingInput) => Promise<T>): Promise<T>;
}

export interface Putting {
  /** Embedding calls under way at once. */
  readonly atOnce: number;
  /** Vectors that are put together: what an attempt that is cut off loses at most. */
  readonly perPut: number;
  /** What the tokens are booked under. */
  readonly reference: string;
  /** Told after each batch how many of the vectors are in the index. */
  onPut(count: number): Promise<void>;
}

/**
 * Embeds what is not in the index yet, and puts it there. What an attempt before has put is not embedded again, so a job
 * that takes longer than one invocation goes on where it stopped.
 */
export async function putVectors(
  { store, embedder, index }: VectorPorts,
  job: WorkContext<IndexingTask>,
  planned: readonly Planned[],
  { atOnce, perPut, reference, onPut }: Putting,
): Promise<void> {
  let done = 0;
  await metered(store, { ...job, source: 'embedding', reference }, async (tokens) => {
    const embed = async ({ key, metadata, withInput }: Planned) => {
      const { vector, inputTokens, model } = await withInput((input) =>
        embedOne(embedder, input, job.signal),
      );
      tokens.add({ inputTokens, outputTokens: 0, model });
      return { key, vector, metadata };
    };
    for (const batch of batches(planned, perPut)) {
      const missing = await notYetIndexed(index, batch, job);
      await index.put(await concurrently(missing, atOnce, embed), job.signal);
      done += batch.length;
      await onPut(done);
    }
  });
}

/**
 * What is not in the index as it should be. Files never change; what else a vector is made of is in its metadata. A job
 * that makes everything anew leaves alone only what an attempt of its own has made.
 */
async function notYetIndexed(
  index: VectorIndex,
  batch: readonly Planned[],
  { jobId, task, signal }: WorkContext<IndexingTask>,
): Promise<Planned[]> {
  const keys = batch.map(({ key }) => key);
  const known = await index.metadata(keys, signal);
  return batch.filter(({ key, metadata }) => {
    const there = known.get(key);
    if (!there || (task.fresh && there.jobId !== jobId)) return true;
    return !isDeepStrictEqual({ ...there, jobId }, metadata);
  });
}

async function embedOne(embedder: Embedder, input: EmbeddingInput, signal: AbortSignal): Promise<Embedding> {
  try {
    return await embedder.embed(input, 'GENERIC_INDEX', signal);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    throw refusedBy('embedding model', 'content', error);
  }
}
