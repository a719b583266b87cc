import { type ContentEvent, contentStream } from '@nova/shared/events/index';
import { currentState, execute } from '../../../commands/execute.ts';
import { content, type ExistingContent, ready } from '../../../domain/content.ts';
import type { JobContext } from '../../../jobs/run-job.ts';
import type { Embedder } from '../../../models/embeddings.ts';
import type { ImageModel } from '../../../models/nova-image/nova-image.ts';
import { memoryEventStore } from '../../../testing/memory-event-store.ts';
import { memoryObjects } from '../../../testing/memory-objects.ts';
import { memoryVectors } from '../../../testing/memory-vectors.ts';
import { indexingJob } from '../indexing-job.ts';
import type { IndexingTask } from '../put-vectors.ts';

export const tenant = 'tenant';
export const contentId = '019ab000-0000-7000-8000-000000000001';
export const jobId = '019ab000-0000-7000-8000-000000000002';
export const stream = contentStream(tenant, contentId);
export const metadata = { correlationId: 'c', causationId: 'c', actor: 'test' };
const objectKey = 'uploads/file';

/** An item, with jobs that index it in one invocation. */
export function prepare(kind: ExistingContent['kind'], contentType: string) {
  const store = memoryEventStore();
  const objects = memoryObjects();
  const embedded: unknown[] = [];
  const embedder: Embedder = {
    embed: async (input) => {
      embedded.push(input);
      return { vector: [1], inputTokens: 2, model: 'model' };
    },
  };
  const { vectors, index } = memoryVectors();
  const append = (...events: ContentEvent[]) => execute(store, content, stream, metadata, () => events);
  const upload = async (bytes: Uint8Array) => {
    objects.write(objectKey, bytes);
    const file = { kind, contentType, bytes: bytes.length, objectKey };
    const uploadExpiresAt = new Date().toISOString();
    await append(
      { type: 'ContentRegistered', data: { filename: 'file name', uploadExpiresAt, ...file } },
      { type: 'ContentUploaded', data: { etag: 'e', ...file } },
    );
  };
  const run = async (
    source: IndexingTask['source'],
    {
      fresh,
      job: by = jobId,
      images = aModelThatReads(''),
      ...others
    }: { embedder?: Embedder; images?: ImageModel; fresh?: true; job?: string } = {},
  ) => {
    const job: JobContext<IndexingTask> = {
      tenant,
      jobId: by,
      tries: 1,
      contentId,
      task: { kind: 'indexing', source, fresh },
      content: ready(await currentState(store, content, stream), contentId, [kind], new Date()),
      metadata,
      signal: new AbortController().signal,
      endsAt: new Date(Date.now() + 55_000),
      checkBudget: async () => {},
      progress: async () => {},
    };
    const dependencies = { store, objects, images, embedder, index, ...others };
    const conclude = await indexingJob(dependencies, dependencies).open(job);
    if (typeof conclude !== 'function') throw new Error('One invocation is enough for a short document');
    await execute(store, content, stream, metadata, conclude);
  };
  return { store, objects, embedder, embedded, vectors, index, append, upload, run };
}

/** A model that reads a text off every picture. */
export const aModelThatReads = (text: string | undefined, complete = true): ImageModel => ({
  transcribe: async () => ({
    text,
    complete,
    usage: { inputTokens: 230, outputTokens: 5 },
    model: 'image-model',
  }),
});
