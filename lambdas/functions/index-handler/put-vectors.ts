import { isDeepStrictEqual } from 'node:util';
import type { JobTask } from '@nova/shared/events/index';
import type { VectorMetadata } from '@nova/shared/vectors';
import pMap from 'p-map';
import type { EventStore } from '../../event-store/store.ts';
import type { WorkContext } from '../../jobs/job-run.ts';
import type { Embedder, Embedding, EmbeddingInput } from '../../models/embeddings.ts';
import { isRefusal, refusedBy } from '../../models/errors.ts';
import { batches } from '../../runtime/batches.ts';
import { metered } from '../../usage/record-usage.ts';
import type { VectorIndex } from '../../vectors/vector-index.ts';

export type IndexingTask = Extract<JobTask, { kind: 'indexing' }>;

export interface VectorDependencies {
  readonly store: EventStore;
  readonly embedder: Embedder;
  readonly index: VectorIndex;
}

/** A vector to put into the index. */
export interface Planned {
  readonly key: string;
  readonly metadata: VectorMetadata;
  /** Makes the input, which exists while it is used. */
  withInput<T>(use: (input: EmbeddingInput) => Promise<T>): Promise<T>;
}

export interface PutOptions {
  /** Concurrent embedding calls. */
  readonly concurrency: number;
  /** Vectors put together, the most that an interrupted attempt loses. */
  readonly batchSize: number;
  /** The reference of the tokens in the usage account. */
  readonly reference: string;
  /** Called after each batch with the number of vectors that are in the index. */
  onProgress(count: number): Promise<void>;
}

/**
 * Embeds the inputs that are not in the index yet, and puts their vectors there. Vectors of an earlier attempt are not made
 * again, so a job that takes longer than one invocation continues where it stopped, and so does a retry after the budget of the day
 * was used up.
 * @throws DomainError `budget-exhausted` before a batch
 */
export async function putVectors(
  { store, embedder, index }: VectorDependencies,
  job: WorkContext<IndexingTask>,
  planned: readonly Planned[],
  { concurrency, batchSize, reference, onProgress }: PutOptions,
): Promise<void> {
  let done = 0;
  for (const batch of batches(planned, batchSize)) {
    const missing = await notYetIndexed(index, batch, job);
    // A document may have more tokens than a key may use in a day.
    await job.checkBudget();
    const vectors = await metered(store, { ...job, source: 'embedding', reference }, (tokens) =>
      pMap(
        missing,
        async ({ key, metadata, withInput }) => {
          const { vector, inputTokens, model } = await withInput((input) =>
            embedOne(embedder, input, job.signal),
          );
          tokens.add({ inputTokens, outputTokens: 0, model });
          return { key, vector, metadata };
        },
        { concurrency },
      ),
    );
    await index.put(vectors, job.signal);
    done += batch.length;
    await onProgress(done);
  }
}

/**
 * The vectors that are missing from the index or outdated. Files never change; everything else that determines a vector
 * is in its metadata. A job that makes all vectors anew keeps only those of its own attempts.
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
