import { contentStream } from '@nova/shared/events/index';
import { limits } from '@nova/shared/limits';
import { modelAddress } from '@nova/shared/models';
import type { Context, EventBridgeEvent } from 'aws-lambda';
import { currentState } from '../../commands/execute.ts';
import { isDomainEvent } from '../../commands/publish.ts';
import { contentObjects, s3Client } from '../../content/objects.ts';
import { content } from '../../domain/content.ts';
import { job } from '../../domain/job.ts';
import { openEventStore } from '../../event-store/dynamodb-store.ts';
import { UnknownInvocationError } from '../../http/api-event.ts';
import { type JobWork, workNames } from '../../jobs/job-run.ts';
import { openJobQueue } from '../../jobs/queue/job-queue.ts';
import { runInSegments } from '../../jobs/run-in-segments.ts';
import { bedrockClient } from '../../models/bedrock.ts';
import { novaEmbeddings } from '../../models/embeddings.ts';
import { novaImage } from '../../models/nova-image/nova-image.ts';
import { documentClient } from '../../runtime/clients.ts';
import { environmentOf } from '../../runtime/environment.ts';
import { follow, instrument } from '../../runtime/instrumentation.ts';
import { openBudgetCheck } from '../../usage/budget-check.ts';
import { s3VectorIndex, vectorsClient } from '../../vectors/vector-index.ts';
import { eraseVectors } from './erase-vectors.ts';
import { indexingJob } from './indexing-job.ts';
import type { IndexingTask } from './put-vectors.ts';
import { smallMedia } from './small-media.ts';

/** Milliseconds that embedding a passage may take, and a span of a video. */
const [textTimeoutMs, mediaTimeoutMs] = [6000, 20_000];

const environment = environmentOf('index-handler');
const dynamodb = documentClient();
const store = openEventStore(dynamodb, environment);
const objects = contentObjects(s3Client(), environment.CONTENT_BUCKET);
const { id: model, region } = modelAddress(environment.EMBEDDING_MODEL_ID);
const embedderWith = (timeoutMs: number, attempts: number) =>
  novaEmbeddings(
    bedrockClient(timeoutMs, attempts, region),
    model,
    region === undefined ? undefined : smallMedia(objects),
  );
const images = novaImage(bedrockClient(limits.pictureReadMs, 4), environment.VIDEO_MODEL_ID);
const index = s3VectorIndex(vectorsClient(), environment.VECTOR_BUCKET, environment.VECTOR_INDEX);
// No caller waits for an indexing job, so it makes many attempts when the model throttles.
const work = indexingJob(
  { store, objects, images, embedder: embedderWith(textTimeoutMs, 8), index },
  { store, objects, embedder: embedderWith(mediaTimeoutMs, 4), index },
);

const running = {
  store,
  functionName: 'index-handler',
  checkBudget: openBudgetCheck(dynamodb, store, environment),
  queue: openJobQueue(dynamodb, store, environment),
} as const;

/** Indexes content and deletes the vectors of deleted content. */
export const handler = instrument<EventBridgeEvent<string, unknown>, void>(async (event, context) => {
  if (!isDomainEvent(event, ...workNames, 'ContentDeleted')) throw new UnknownInvocationError(event);
  const { detail } = event;
  follow({ correlationId: detail.metadata.correlationId, tenant: detail.stream.tenant });
  if (detail.type === 'ContentDeleted') await eraseDeleted(detail.stream);
  else await runIndexing(detail, context);
});

async function runIndexing(event: JobWork, context: Context): Promise<void> {
  await runInSegments<IndexingTask>(running, event, context, work);
  // The item may have been deleted meanwhile, and erased before the last vectors were put.
  const state = await currentState(store, job, event.stream);
  if (state.status !== 'none') await eraseDeleted({ tenant: event.stream.tenant, id: state.contentId });
}

async function eraseDeleted({ tenant, id }: { tenant: string; id: string }): Promise<void> {
  const state = await currentState(store, content, contentStream(tenant, id));
  if (state.status === 'deleted') await eraseVectors(index, { tenant, contentId: id }, state.vectors);
}
