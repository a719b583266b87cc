import { modelAddress } from '@nova/shared/models';
import { contentObjects, s3Client } from '../../content/objects.ts';
import { openEventStore } from '../../event-store/dynamodb-store.ts';
import { dynamodbIdempotency } from '../../http/idempotency/idempotency.ts';
import { openJobQueue } from '../../jobs/queue/job-queue.ts';
import { bedrockClient } from '../../models/bedrock.ts';
import { novaEmbeddings } from '../../models/embeddings.ts';
import { bedrockGuardrail } from '../../models/guardrail.ts';
import { readModel } from '../../read-model/rows.ts';
import { documentClient } from '../../runtime/clients.ts';
import { environmentOf } from '../../runtime/environment.ts';
import { instrumentStream } from '../../runtime/instrumentation.ts';
import { dynamodbSessionMemory } from '../../session-memory/session-memory.ts';
import { openBudgetCheck } from '../../usage/budget-check.ts';
import { semanticSearch } from '../../vectors/semantic-search.ts';
import { s3VectorIndex, vectorsClient } from '../../vectors/vector-index.ts';
import { chatModel } from './model/chat-model.ts';
import { chatResponder } from './response/chat-responder.ts';
import { chat } from './turn/chat.ts';

/** Milliseconds that an embedding of a query or a guardrail check may take. */
const shortCallMs = 10_000;

const environment = environmentOf('agent-core');
const dynamodb = documentClient();
const bedrock = bedrockClient(shortCallMs);
const embedding = modelAddress(environment.EMBEDDING_MODEL_ID);
const embeddingClient =
  embedding.region === undefined ? bedrock : bedrockClient(shortCallMs, 3, embedding.region);
const store = openEventStore(dynamodb, environment);
const rows = readModel(dynamodb, environment.READ_MODEL_TABLE);

/** `POST /agent/chat`: an agent that answers from the caller's content. */
export const handler = awslambda.streamifyResponse(
  instrumentStream(
    chatResponder(
      chat({
        store,
        memory: dynamodbSessionMemory(dynamodb, environment.SESSION_TABLE),
        rows,
        objects: contentObjects(s3Client(), environment.CONTENT_BUCKET),
        guardrail: bedrockGuardrail(bedrock, environment.GUARDRAIL_ID, environment.GUARDRAIL_VERSION),
        search: semanticSearch({
          embedder: novaEmbeddings(embeddingClient, embedding.id),
          index: s3VectorIndex(vectorsClient(), environment.VECTOR_BUCKET, environment.VECTOR_INDEX),
        }),
        model: chatModel({
          modelId: environment.CHAT_MODEL_ID,
          guardrailId: environment.GUARDRAIL_ID,
          guardrailVersion: environment.GUARDRAIL_VERSION,
        }),
        checkBudget: openBudgetCheck(dynamodb, store, environment),
        queue: openJobQueue(dynamodb, store, environment),
      }),
      dynamodbIdempotency(dynamodb, environment.REQUESTS_TABLE),
      store,
      environment.PAGE_ORIGIN,
    ),
  ),
);
