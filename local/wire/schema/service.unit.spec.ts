import * as bedrock from '@aws-sdk/client-bedrock-runtime';
import * as eventbridge from '@aws-sdk/client-eventbridge';
import * as s3vectors from '@aws-sdk/client-s3vectors';
import * as sqs from '@aws-sdk/client-sqs';
import { NodeHttp2Handler, NodeHttpHandler } from '@smithy/node-http-handler';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unrestrictedCaller } from '../../testing/service-fixture.ts';
import { type Listener, listen } from '../endpoint/listen.ts';
import { openRequest } from '../endpoint/request.ts';
import { all, bidirectional, chunk, errors, json, services, settings } from '../testing/schema-services.ts';

let listener: Listener;
let endpoint: string;

beforeAll(async () => {
  listener = await listen(0, (raw, response) => {
    const request = openRequest(raw);
    const scope = /\/([\w-]+)\/aws4_request/.exec(request.headers.authorization ?? '')?.[1] ?? '';
    void services.find(({ scopes }) => scopes.includes(scope))?.handle(request, response, unrestrictedCaller);
  });
  endpoint = `http://127.0.0.1:${listener.port}`;
});

afterAll(() => listener.close());

const transports = { 'HTTP/1.1': () => new NodeHttpHandler(), 'HTTP/2': () => new NodeHttp2Handler() };

describe.each(Object.entries(transports))('REST-JSON over %s', (_, requestHandler) => {
  const client = () =>
    new bedrock.BedrockRuntimeClient({ ...settings, endpoint, requestHandler: requestHandler() });
  const message = { role: 'user' as const, content: [{ text: 'hé' }] };

  it('reads labels, blobs and structures, and writes the response', async () => {
    const image = { format: 'png' as const, source: { bytes: new Uint8Array([1, 2, 255]) } };
    const answer = await client().send(
      new bedrock.ConverseCommand({
        modelId: 'arn:aws:bedrock:us-east-1::x/claude:0',
        messages: [{ role: 'user', content: [{ text: 'hé' }, { image }] }],
      }),
    );

    expect(answer.output?.message?.content).toEqual([
      { text: 'arn:aws:bedrock:us-east-1::x/claude:0 hé 1,2,255' },
    ]);
    expect(answer.$metadata.requestId).toMatch(/^[\w-]{36}$/);
  });

  it('carries a payload of any media type', async () => {
    const answer = await client().send(
      new bedrock.InvokeModelCommand({ modelId: 'm', body: '{"a":1}', contentType: 'application/json' }),
    );

    expect(json(answer.body)).toEqual({ got: { a: 1 } });
    expect(answer.contentType).toBe('application/json');
  });

  it('streams events', async () => {
    const answer = await client().send(
      new bedrock.ConverseStreamCommand({ modelId: 'm', messages: [message] }),
    );

    expect((await all(answer.stream)).map((event) => Object.keys(event)[0])).toEqual([
      'messageStart',
      'contentBlockDelta',
      'messageStop',
    ]);
  });

  it('ends a stream with the modeled exception of a handler', async () => {
    const answer = await client().send(
      new bedrock.ConverseStreamCommand({ modelId: 'throttled', messages: [message] }),
    );

    await expect(all(answer.stream)).rejects.toMatchObject({
      name: 'ThrottlingException',
      message: 'slow',
    });
  });

  it('ends a stream with an unmodeled error when a handler fails', async () => {
    const answer = await client().send(
      new bedrock.ConverseStreamCommand({ modelId: 'broken', messages: [message] }),
    );

    await expect(all(answer.stream)).rejects.toThrow('a secret');
    expect(errors.at(-1)).toContain('bedrock ConverseStream');
  });

  it('returns modeled exceptions with their status, and other AWS errors with their own', async () => {
    const guardrail = (guardrailIdentifier: string) =>
      client().send(
        new bedrock.ApplyGuardrailCommand({
          guardrailIdentifier,
          guardrailVersion: '1',
          source: 'INPUT',
          content: [],
        }),
      );

    await expect(guardrail('modeled')).rejects.toMatchObject({
      constructor: bedrock.ThrottlingException,
      message: 'slow down',
      $metadata: { httpStatusCode: 429 },
    });
    await expect(guardrail('other')).rejects.toMatchObject({
      name: 'SomethingElse',
      message: 'refused',
      $metadata: { httpStatusCode: 418 },
    });
  });

  it('names an unsupported operation', async () => {
    const call = client().send(
      new bedrock.CountTokensCommand({ modelId: 'm', input: { converse: { messages: [message] } } }),
    );

    await expect(call).rejects.toMatchObject({
      name: 'UnknownOperationException',
      message: 'The local platform does not know bedrock CountTokens',
    });
  });

  it('refuses a missing member and a body that is not JSON', async () => {
    const vectors = new s3vectors.S3VectorsClient({
      ...settings,
      endpoint,
      requestHandler: requestHandler(),
    });
    const missing = vectors.send(new s3vectors.PutVectorsCommand({ vectors: undefined }));
    const scope = 'Credential=a/20260101/us-east-1/s3vectors/aws4_request';
    const broken = await fetch(`${endpoint}/PutVectors`, {
      method: 'POST',
      headers: { authorization: `AWS4-HMAC-SHA256 ${scope}` },
      body: '{"vectors":',
    });

    await expect(missing).rejects.toMatchObject({ name: 'ValidationException' });
    expect(broken.status).toBe(400);
    expect(broken.headers.get('x-amzn-errortype')).toBe('SerializationException');
  });

  it('carries documents, and hides internal errors', async () => {
    const vectors = new s3vectors.S3VectorsClient({
      ...settings,
      endpoint,
      requestHandler: requestHandler(),
    });
    const filter = { $and: [{ a: { $gt: 1 } }, { b: ['x', true] }] };
    const queryVector = { float32: [1, 2] };
    const answer = await vectors.send(new s3vectors.QueryVectorsCommand({ topK: 1, queryVector, filter }));
    const failed = vectors.send(
      new s3vectors.PutVectorsCommand({ vectors: [{ key: 'fail', data: { float32: [1] } }] }),
    );

    expect(answer.vectors).toEqual([{ key: 'k', distance: 0.25, metadata: { filter } }]);
    await expect(failed).rejects.toMatchObject({
      name: 'InternalServerException',
      message: 'The local service failed',
      $metadata: { httpStatusCode: 500 },
    });
    expect(errors.at(-1)).toContain('a secret');
  });
});

describe('a bidirectional stream over HTTP/2', () => {
  const model = (body: AsyncIterable<bedrock.InvokeModelWithBidirectionalStreamInput>) =>
    new bedrock.BedrockRuntimeClient({ ...settings, endpoint }).send(
      new bedrock.InvokeModelWithBidirectionalStreamCommand({ modelId: 'm', body }),
    );

  it('returns each event before the next is sent', async () => {
    const answered = Array.from({ length: 4 }, () => Promise.withResolvers<void>());
    const answer = await model(
      (async function* () {
        for (const [index, { promise }] of answered.entries()) {
          yield chunk({ index });
          await promise;
        }
      })(),
    );
    const got: unknown[] = [];
    for await (const event of answer.body ?? []) {
      answered[got.length]?.resolve();
      got.push(json(event.chunk?.bytes));
    }

    expect(got).toEqual([...[0, 1, 2, 3].map((index) => ({ echo: { index } })), { done: true }]);
  });

  it('notifies the handler when the client disconnects', async () => {
    const closed = new Promise<void>((resolve) => {
      bidirectional.onClose = resolve;
    });
    const never = new Promise<void>(() => {});
    const controller = new AbortController();
    const answer = await new bedrock.BedrockRuntimeClient({ ...settings, endpoint }).send(
      new bedrock.InvokeModelWithBidirectionalStreamCommand({
        modelId: 'm',
        body: (async function* () {
          yield chunk({});
          await never;
        })(),
      }),
      { abortSignal: controller.signal },
    );
    await answer.body?.[Symbol.asyncIterator]().next();
    controller.abort();

    await expect(closed).resolves.toBeUndefined();
  });
});

describe('AWS JSON RPC', () => {
  it('finds the operation by its target and reads timestamps', async () => {
    const Time = new Date('2026-01-02T03:04:05Z');
    const answer = await new eventbridge.EventBridgeClient({ ...settings, endpoint }).send(
      new eventbridge.PutEventsCommand({ Entries: [{ Source: 's', DetailType: 'd', Detail: '{}', Time }] }),
    );

    expect(answer.Entries).toEqual([{ EventId: Time.toISOString() }]);
  });

  it('returns the error code of the older protocol beside its own', async () => {
    const call = new sqs.SQSClient({ ...settings, endpoint }).send(
      new sqs.GetQueueUrlCommand({ QueueName: 'q' }),
    );

    await expect(call).rejects.toMatchObject({
      constructor: sqs.QueueDoesNotExist,
      Code: 'AWS.SimpleQueueService.NonExistentQueue',
      message: 'no such queue',
    });
  });
});
