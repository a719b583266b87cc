import * as bedrock from '@aws-sdk/client-bedrock-runtime';
import * as eventbridge from '@aws-sdk/client-eventbridge';
import * as s3vectors from '@aws-sdk/client-s3vectors';
import * as sqs from '@aws-sdk/client-sqs';
import { AwsError, type AwsService, type Logger } from '../../contracts.ts';
import { schemaService } from '../schema/service.ts';

/** Settings of a client without retries. */
export const settings = {
  region: 'us-east-1',
  credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  maxAttempts: 1,
};
/** Errors that the services logged. */
export const errors: string[] = [];
const logger: Logger = { info() {}, warn() {}, error: (message) => void errors.push(message) };
const text = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString();
export const json = (bytes: Uint8Array | undefined) => JSON.parse(text(bytes));
export const chunk = (value: unknown) => ({ chunk: { bytes: Buffer.from(JSON.stringify(value)) } });

export async function all<T>(events: AsyncIterable<T> = (async function* () {})()): Promise<T[]> {
  const collected: T[] = [];
  for await (const event of events) collected.push(event);
  return collected;
}

/** Called when the client of a bidirectional stream disconnects. */
export const bidirectional = { onClose: () => {} };

/** Services in each of the protocols, with operations for tests. */
export const services: AwsService[] = [
  schemaService({
    sdk: bedrock,
    client: new bedrock.BedrockRuntimeClient(settings),
    scopes: ['bedrock'],
    logger,
    operations: {
      async Converse({ modelId, messages }) {
        const [block, image] = messages?.[0]?.content ?? [];
        const bytes = image?.image?.source?.bytes;
        return {
          output: {
            message: { role: 'assistant', content: [{ text: `${modelId} ${block?.text} ${bytes?.join()}` }] },
          },
          stopReason: 'end_turn',
          usage: { inputTokens: 1, outputTokens: 2, totalTokens: 3 },
          metrics: { latencyMs: 4 },
        };
      },
      async ConverseStream({ modelId }) {
        return {
          stream: (async function* () {
            yield { messageStart: { role: 'assistant' as const } };
            yield { contentBlockDelta: { contentBlockIndex: 0, delta: { text: 'hé' } } };
            if (modelId === 'throttled')
              throw new bedrock.ThrottlingException({ message: 'slow', $metadata: {} });
            if (modelId === 'broken') throw new Error('a secret');
            yield { messageStop: { stopReason: 'end_turn' as const } };
          })(),
        };
      },
      async InvokeModel({ body, contentType }) {
        return {
          body: Buffer.from(JSON.stringify({ got: json(body as Uint8Array) })),
          contentType: contentType ?? '',
        };
      },
      async ApplyGuardrail({ guardrailIdentifier }) {
        if (guardrailIdentifier === 'modeled') {
          throw new bedrock.ThrottlingException({ message: 'slow down', $metadata: {} });
        }
        throw new AwsError('SomethingElse', 418, 'refused');
      },
      async InvokeModelWithBidirectionalStream({ body }, { signal }) {
        signal.addEventListener('abort', () => bidirectional.onClose());
        return {
          body: (async function* () {
            for await (const event of body ?? []) yield chunk({ echo: json(event.chunk?.bytes) });
            yield chunk({ done: true });
          })(),
        };
      },
    },
  }),
  schemaService({
    sdk: s3vectors,
    client: new s3vectors.S3VectorsClient(settings),
    scopes: ['s3vectors'],
    logger,
    operations: {
      async PutVectors({ vectors }) {
        if (vectors?.[0]?.key === 'fail') throw new Error('a secret');
        return {};
      },
      async QueryVectors({ filter }) {
        return {
          vectors: [{ key: 'k', distance: 0.25, metadata: { filter: filter ?? null } }],
          distanceMetric: 'cosine',
        };
      },
    },
  }),
  schemaService({
    sdk: eventbridge,
    client: new eventbridge.EventBridgeClient(settings),
    scopes: ['events'],
    logger,
    operations: {
      async PutEvents({ Entries }) {
        return { FailedEntryCount: 0, Entries: [{ EventId: Entries?.[0]?.Time?.toISOString() }] };
      },
    },
  }),
  schemaService({
    sdk: sqs,
    client: new sqs.SQSClient(settings),
    scopes: ['sqs'],
    logger,
    operations: {
      async GetQueueUrl() {
        throw new sqs.QueueDoesNotExist({ message: 'no such queue', $metadata: {} });
      },
    },
  }),
];
