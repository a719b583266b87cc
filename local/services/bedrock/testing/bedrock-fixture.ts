import { Readable } from 'node:stream';
import * as sdk from '@aws-sdk/client-bedrock-runtime';
import { NodeHttp2Handler, NodeHttpHandler } from '@smithy/node-http-handler';
import { afterAll, beforeAll, beforeEach, expect } from 'vitest';
import { AwsError, type Caller, type ObjectStore } from '../../../contracts.ts';
import { accountId, aRecordingLogger, aStack, region } from '../../../testing/service-fixture.ts';
import { type Listener, listen } from '../../../wire/endpoint/listen.ts';
import { openRequest } from '../../../wire/endpoint/request.ts';
import { createBedrock } from '../bedrock.ts';

export const chat = 'us.anthropic.claude-sonnet-4-6';
export const speech = 'amazon.nova-2-sonic-v1:0';
export const guardrailArn = `arn:aws:bedrock:${region}:${accountId}:guardrail/g1`;

const stack = aStack({
  aws_bedrock_guardrail: [
    {
      guardrail_id: 'g1',
      guardrail_arn: guardrailArn,
      blocked_input_messaging: 'No such input.',
      blocked_outputs_messaging: 'No such answer.',
      word_policy_config: [{ words_config: [{ text: 'falcon' }] }],
      sensitive_information_policy_config: [
        { pii_entities_config: [{ type: 'EMAIL', action: 'ANONYMIZE' }] },
      ],
    },
  ],
  aws_bedrock_guardrail_version: [{ guardrail_arn: guardrailArn, version: '1' }],
});

const objects: ObjectStore = {
  async read(bucket, key) {
    if (`${bucket}/${key}` !== 'media/notes.txt') return undefined;
    return { body: Readable.from([Buffer.from('no video')]), bytes: 8 };
  },
  async write() {},
};

export const handlers = {
  'HTTP/1.1': () => new NodeHttpHandler({ requestTimeout: 5000 }),
  'HTTP/2': () => new NodeHttp2Handler({ requestTimeout: 5000 }),
};

/** The local Bedrock over HTTP for the tests of a file, with checked permissions recorded. */
export function bedrockFixture() {
  const authorised: { action: string; resource: string; conditions: unknown }[] = [];
  const logger = aRecordingLogger();
  const bedrock = createBedrock({ stack, objects, logger });
  let denied: string | undefined;
  let listener: Listener;
  const caller: Caller = {
    principalArn: `arn:aws:iam::${accountId}:role/test`,
    authorise(action, resource, conditions) {
      authorised.push({ action, resource, conditions });
      if (action === denied) throw new AwsError('AccessDeniedException', 403, `no ${action}`);
    },
  };
  beforeAll(async () => {
    listener = await listen(
      0,
      (request, response) => void bedrock.handle(openRequest(request), response, caller),
    );
  });
  afterAll(async () => {
    await listener.close();
    expect(logger.errors).toEqual([]);
  });
  beforeEach(() => {
    authorised.length = 0;
    denied = undefined;
    bedrock.faults.set({});
  });
  return {
    bedrock,
    logger,
    /** The permissions that were checked. */
    authorised,
    /** Denies an action for the rest of the test. */
    deny: (action: string) => {
      denied = action;
    },
    /** A client, and the headers of its last response. */
    connect(requestHandler: sdk.BedrockRuntimeClientConfig['requestHandler'] = handlers['HTTP/1.1']()) {
      const client = new sdk.BedrockRuntimeClient({
        region,
        endpoint: `http://127.0.0.1:${listener.port}`,
        credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
        maxAttempts: 1,
        ...(requestHandler ? { requestHandler } : {}),
      });
      const seen: { headers: Record<string, string> } = { headers: {} };
      client.middlewareStack.add(
        (next) => async (args) => {
          const answered = await next(args);
          seen.headers = (answered.response as { headers: Record<string, string> }).headers;
          return answered;
        },
        { step: 'deserialize' },
      );
      return { client, seen };
    },
  };
}

export const user = (text: string): sdk.Message => ({ role: 'user', content: [{ text }] });
export const guardrailConfig = {
  guardrailIdentifier: 'g1',
  guardrailVersion: '1',
  trace: 'enabled',
} as const;

export async function collect<T>(events: AsyncIterable<T> | undefined): Promise<T[]> {
  const all: T[] = [];
  for await (const event of events ?? []) all.push(event);
  return all;
}

export const textOf = (events: readonly sdk.ConverseStreamOutput[]) =>
  events.map((event) => event.contentBlockDelta?.delta?.text ?? '').join('');
export const stopOf = (events: readonly sdk.ConverseStreamOutput[]) =>
  events.find(({ messageStop }) => messageStop)?.messageStop?.stopReason;
