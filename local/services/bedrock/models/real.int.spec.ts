import { Readable } from 'node:stream';
import * as sdk from '@aws-sdk/client-bedrock-runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AwsError, type AwsService, type Caller, type ObjectStore } from '../../../contracts.ts';
import { aRecordingLogger, aStack, region, unrestrictedCaller } from '../../../testing/service-fixture.ts';
import { type Listener, listen } from '../../../wire/endpoint/listen.ts';
import { openRequest } from '../../../wire/endpoint/request.ts';
import { type Bedrock, createBedrock } from '../bedrock.ts';

const chat = 'us.anthropic.claude-sonnet-4-6';
const arn = 'arn:aws:bedrock:us-east-1:000000000000:guardrail/g1';
const stack = aStack({
  aws_bedrock_guardrail: [
    {
      guardrail_id: 'g1',
      guardrail_arn: arn,
      blocked_input_messaging: 'No such input.',
      blocked_outputs_messaging: 'No such answer.',
      word_policy_config: [{ words_config: [{ text: 'falcon' }] }],
    },
  ],
  aws_bedrock_guardrail_version: [{ guardrail_arn: arn, version: '1' }],
});
const guardrailConfig = { guardrailIdentifier: 'g1', guardrailVersion: '1' };
const nothing: ObjectStore = { read: async () => undefined, write: async () => {} };
const onlyNotes: ObjectStore = {
  read: async () => ({ body: Readable.from([Buffer.from('no video')]), bytes: 8 }),
  write: async () => {},
};
const logger = aRecordingLogger();

/** Actions that a caller may not perform. */
const denied = new Set<string>();
const caller: Caller = {
  ...unrestrictedCaller,
  authorise(action) {
    if (denied.has(action)) throw new AwsError('AccessDeniedException', 403, `no ${action}`);
  },
};

/** AWS in this test: another stand-in, without stack and objects. */
let aws: Bedrock;
const listeners: Listener[] = [];

async function serve(service: AwsService, who: Caller): Promise<number> {
  const listener = await listen(
    0,
    (request, response) => void service.handle(openRequest(request), response, who),
  );
  listeners.push(listener);
  return listener.port;
}

const clientOf = (port: number, credentials: sdk.BedrockRuntimeClientConfig['credentials']) =>
  new sdk.BedrockRuntimeClient({
    region,
    endpoint: `http://127.0.0.1:${port}`,
    maxAttempts: 1,
    ...(credentials ? { credentials } : {}),
  });
const keys = { accessKeyId: 'a', secretAccessKey: 'b' };

let awsPort: number;
let client: sdk.BedrockRuntimeClient;

beforeAll(async () => {
  aws = createBedrock({ stack: aStack({}), objects: nothing, logger });
  awsPort = await serve(aws, unrestrictedCaller);
  const real = () => clientOf(awsPort, keys);
  client = clientOf(await serve(createBedrock({ stack, objects: onlyNotes, logger, real }), caller), keys);
});
afterAll(() => Promise.all(listeners.map((listener) => listener.close())));

const user = (text: string): sdk.Message => ({ role: 'user', content: [{ text }] });
const ask = (text: string) =>
  client.send(new sdk.ConverseCommand({ modelId: chat, messages: [user(text)], guardrailConfig }));

describe('models on AWS', () => {
  it('answer conversations, under the local guardrail', async () => {
    aws.script.say('Hello from afar.').say('The falcon flies.');

    const good = await ask('hi');
    const bad = await ask('hi');

    expect(good.output?.message?.content).toEqual([{ text: 'Hello from afar.' }]);
    expect(good.additionalModelResponseFields).toBeUndefined();
    expect(good.usage?.outputTokens).toBeGreaterThan(0);
    expect(bad).toMatchObject({ stopReason: 'guardrail_intervened' });
    expect(bad.output?.message?.content).toEqual([{ text: 'No such answer.' }]);
  });

  it('never receive what the local guardrail blocks', async () => {
    aws.script.say('Left over.');

    expect((await ask('falcon')).output?.message?.content).toEqual([{ text: 'No such input.' }]);
    expect(aws.script.next({ modelId: chat, messages: [] })).toMatchObject({ text: 'Left over.' });
  });

  it('stream their tool calls', async () => {
    aws.script.call('look', { at: 'this' });
    const toolConfig: sdk.ToolConfiguration = {
      tools: [{ toolSpec: { name: 'look', inputSchema: { json: { type: 'object' } } } }],
    };

    const answer = await client.send(
      new sdk.ConverseStreamCommand({ modelId: chat, messages: [user('go')], toolConfig }),
    );

    let input = '';
    for await (const event of answer.stream ?? [])
      input += event.contentBlockDelta?.delta?.toolUse?.input ?? '';
    expect(JSON.parse(input)).toEqual({ at: 'this' });
  });

  it('return embeddings', async () => {
    const body = JSON.stringify({ schemaVersion: 'nova-multimodal-embed-v1' });
    const sent = client.send(
      new sdk.InvokeModelCommand({ modelId: 'amazon.nova-2-multimodal-embeddings-v1:0', body }),
    );

    await expect(sent).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining('taskType'),
    });
  });

  it('transcribe speech', async () => {
    const body = (async function* () {
      for (const event of [
        { sessionStart: {} },
        { promptStart: { promptName: 'p' } },
        { promptEnd: { promptName: 'p' } },
        { sessionEnd: {} },
      ]) {
        yield { chunk: { bytes: Buffer.from(JSON.stringify({ event })) } };
      }
    })();

    const answer = await client.send(
      new sdk.InvokeModelWithBidirectionalStreamCommand({ modelId: 'amazon.nova-2-sonic-v1:0', body }),
    );

    const names: string[] = [];
    for await (const { chunk } of answer.body ?? []) {
      names.push(...Object.keys(JSON.parse(Buffer.from(chunk?.bytes ?? []).toString()).event));
    }
    expect(names[0]).toBe('completionStart');
    expect(names.at(-1)).toBe('completionEnd');
  });

  it('receive videos that are in the local S3', async () => {
    const source = { s3Location: { uri: 's3://media/notes.txt' } };
    const content = [{ text: 'What is seen?' }, { video: { format: 'mp4' as const, source } }];
    const send = () =>
      client.send(
        new sdk.ConverseCommand({
          modelId: 'us.amazon.nova-2-lite-v1:0',
          messages: [{ role: 'user', content }],
        }),
      );

    // Refused as a broken video and not as a missing object: the request contained its bytes.
    await expect(send()).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringMatching(/could not be processed/),
    });
    denied.add('s3:GetObject');
    await expect(send()).rejects.toMatchObject({ name: 'AccessDeniedException' });
    denied.clear();
  });

  it('receive pictures that are in the local S3', async () => {
    const source = { s3Location: { uri: 's3://media/notes.txt' } };
    const image = { format: 'png' as const, source };
    const messages = [{ role: 'user' as const, content: [{ image }, { text: 'What does it say?' }] }];

    // Refused for its bytes and not as a missing object.
    await expect(
      client.send(new sdk.ConverseCommand({ modelId: 'us.amazon.nova-2-lite-v1:0', messages })),
    ).rejects.toMatchObject({ message: expect.stringMatching(/does not match the specified image format/) });
  });

  it('refuse roles without permission to call them', async () => {
    denied.add('bedrock:InvokeModel');

    await expect(ask('hi')).rejects.toMatchObject({ name: 'AccessDeniedException' });
    denied.clear();
  });

  it('return their own errors', async () => {
    aws.faults.set({ throttle: 1 });

    await expect(ask('hi')).rejects.toBeInstanceOf(sdk.ThrottlingException);
    aws.faults.set({});
  });

  it('need credentials, and the message names the remedy', async () => {
    const missing = Object.assign(new Error('none found'), { name: 'CredentialsProviderError' });
    const real = () => clientOf(awsPort, () => Promise.reject(missing));
    const port = await serve(createBedrock({ stack, objects: nothing, logger, real }), unrestrictedCaller);

    const sent = clientOf(port, keys).send(
      new sdk.ConverseCommand({ modelId: chat, messages: [user('hi')] }),
    );

    await expect(sent).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining('aws sso login'),
    });
  });
});
