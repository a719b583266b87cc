import { contentObjects, s3Client } from '../../platform/content/objects.ts';
import { dynamodbSealing } from '../../platform/events/dynamodb-sealing.ts';
import { dynamodbEventStore } from '../../platform/events/dynamodb-store.ts';
import { dynamodbRepeats } from '../../platform/http/repeats/repeats.ts';
import { dynamodbSessionMemory } from '../../platform/memory/session-memory.ts';
import { bedrockClient } from '../../platform/models/clients.ts';
import { bedrockGuardrail } from '../../platform/models/guardrail.ts';
import { readModel } from '../../platform/read-model/rows.ts';
import { documentClient } from '../../platform/runtime/clients.ts';
import { environmentOf } from '../../platform/runtime/environment.ts';
import { instrumentStream } from '../../platform/runtime/instrumentation.ts';
import { dayUsage } from '../../platform/usage/day-usage.ts';
import { novaEmbeddings } from '../../platform/vectors/embeddings.ts';
import { semanticSearch } from '../../platform/vectors/semantic-search.ts';
import { s3VectorIndex, vectorsClient } from '../../platform/vectors/vector-index.ts';
import { chat } from './chat.ts';
import { chatModel } from './model.ts';
import { chatResponder } from './respond.ts';

/** Milliseconds an embedding of a query may take, or a look by the guardrail. */
const shortCallMs = 10_000;

const environment = environmentOf('agent-core');
const dynamodb = documentClient();
const bedrock = bedrockClient(shortCallMs);
const store = dynamodbEventStore(
  dynamodb,
  environment.EVENT_STORE_TABLE,
  dynamodbSealing(dynamodb, environment.STREAM_KEYS_TABLE),
);
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
        checks: bedrockGuardrail(bedrock, environment.GUARDRAIL_ID, environment.GUARDRAIL_VERSION),
        search: semanticSearch({
          embedder: novaEmbeddings(bedrock, environment.EMBEDDING_MODEL_ID),
          index: s3VectorIndex(vectorsClient(), environment.VECTOR_BUCKET, environment.VECTOR_INDEX),
        }),
        model: chatModel({
          modelId: environment.CHAT_MODEL_ID,
          guardrailId: environment.GUARDRAIL_ID,
          guardrailVersion: environment.GUARDRAIL_VERSION,
        }),
        usedOn: dayUsage(rows, store),
        budgets: environment.TOKEN_BUDGETS,
      }),
      dynamodbRepeats(dynamodb, environment.REQUESTS_TABLE),
      store,
    ),
  ),
);
