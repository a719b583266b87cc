import { modelAddress } from '@nova/shared/models';
import type { APIGatewayProxyResult } from 'aws-lambda';
import { isDomainEvent } from '../../commands/publish.ts';
import { contentObjects, s3Client } from '../../content/objects.ts';
import { openEventStore } from '../../event-store/dynamodb-store.ts';
import { apiHandler } from '../../http/api.ts';
import { type Invocation, isApiEvent, UnknownInvocationError } from '../../http/api-event.ts';
import { dynamodbIdempotency } from '../../http/idempotency/idempotency.ts';
import { workNames } from '../../jobs/job-run.ts';
import { openJobQueue } from '../../jobs/queue/job-queue.ts';
import { bedrockClient } from '../../models/bedrock.ts';
import { novaEmbeddings } from '../../models/embeddings.ts';
import { documentClient } from '../../runtime/clients.ts';
import { environmentOf } from '../../runtime/environment.ts';
import { instrument } from '../../runtime/instrumentation.ts';
import { openBudgetCheck } from '../../usage/budget-check.ts';
import { semanticSearch } from '../../vectors/semantic-search.ts';
import { s3VectorIndex, vectorsClient } from '../../vectors/vector-index.ts';
import { reindex } from './reindex.ts';
import { search } from './search.ts';

/** Milliseconds an embedding may take; a search waits for one within API Gateway's 29 seconds. */
const embeddingTimeoutMs = 6000;

const environment = environmentOf('search-handler');
const dynamodb = documentClient();
const store = openEventStore(dynamodb, environment);
const objects = contentObjects(s3Client(), environment.CONTENT_BUCKET);
const { id: model, region } = modelAddress(environment.EMBEDDING_MODEL_ID);
const embedder = novaEmbeddings(bedrockClient(embeddingTimeoutMs, 3, region), model);
const index = s3VectorIndex(vectorsClient(), environment.VECTOR_BUCKET, environment.VECTOR_INDEX);
const admission = {
  store,
  checkBudget: openBudgetCheck(dynamodb, store, environment),
  queue: openJobQueue(dynamodb, store, environment),
};
const api = apiHandler(
  {
    ...search(store, semanticSearch({ embedder, index })),
    ...reindex({ ...admission, objects }),
  },
  dynamodbIdempotency(dynamodb, environment.REQUESTS_TABLE),
  environment.PAGE_ORIGIN,
);

/** Answers searches, and requests to index content again. */
export const handler = instrument<Invocation, APIGatewayProxyResult | undefined>(async (event, context) => {
  if (isApiEvent(event)) return api(event, context);
  if (!isDomainEvent(event, ...workNames, 'ContentDeleted')) throw new UnknownInvocationError(event);
  // Loaded for such an event only: a search does not wait for the client of the bus.
  const { putBack } = await import('./put-back.ts');
  await putBack(event, environment.EVENT_BUS);
  return undefined;
});
