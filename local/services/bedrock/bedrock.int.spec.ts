import { Readable } from 'node:stream';
import * as sdk from '@aws-sdk/client-bedrock-runtime';
import { NodeHttp2Handler, NodeHttpHandler } from '@smithy/node-http-handler';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AwsError, type Caller, type ObjectStore } from '../../contracts.ts';
import { accountId, aRecordingLogger, aStack, region } from '../../testing/service-fixture.ts';
import { type Listener, listen } from '../../wire/endpoint/listen.ts';
import { openRequest } from '../../wire/endpoint/request.ts';
import { type Bedrock, createBedrock } from './bedrock.ts';
import { speak } from './speech/modem/encode.ts';
import { standInName, standInNote } from './stand-in.ts';

const chat = 'us.anthropic.claude-sonnet-4-6';
const chatProfile = `arn:aws:bedrock:${region}:${accountId}:inference-profile/${chat}`;
const speech = 'amazon.nova-2-sonic-v1:0';
const embedding = 'amazon.nova-2-multimodal-embeddings-v1:0';
const guardrailArn = `arn:aws:bedrock:${region}:${accountId}:guardrail/g1`;

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

/** The permissions that were checked, and the denied one. */
const authorised: { action: string; resource: string; conditions: unknown }[] = [];
let denied: string | undefined;
const caller: Caller = {
  principalArn: `arn:aws:iam::${accountId}:role/test`,
  authorise(action, resource, conditions) {
    authorised.push({ action, resource, conditions });
    if (action === denied) throw new AwsError('AccessDeniedException', 403, `no ${action}`);
  },
};

let bedrock: Bedrock;
let listener: Listener;
const logger = aRecordingLogger();

beforeAll(async () => {
  bedrock = createBedrock({ stack, objects, logger });
  listener = await listen(
    0,
    (request, response) => void bedrock.handle(openRequest(request), response, caller),
  );
});
afterAll(() => listener.close());
beforeEach(() => {
  authorised.length = 0;
  denied = undefined;
  bedrock.faults.set({});
});

const handlers = {
  'HTTP/1.1': () => new NodeHttpHandler({ requestTimeout: 5000 }),
  'HTTP/2': () => new NodeHttp2Handler({ requestTimeout: 5000 }),
};

/** A client, and the headers of its last response. */
function connect(requestHandler: sdk.BedrockRuntimeClientConfig['requestHandler'] = handlers['HTTP/1.1']()) {
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
}

const user = (text: string): sdk.Message => ({ role: 'user', content: [{ text }] });
const search: sdk.Tool = {
  toolSpec: {
    name: 'search_content',
    description: 'Finds passages.',
    inputSchema: { json: { type: 'object', properties: { query: { type: 'string' } }, required: ['query'] } },
  },
};
const guardrailConfig = { guardrailIdentifier: 'g1', guardrailVersion: '1', trace: 'enabled' } as const;

async function collect<T>(events: AsyncIterable<T> | undefined): Promise<T[]> {
  const all: T[] = [];
  for await (const event of events ?? []) all.push(event);
  return all;
}

const textOf = (events: readonly sdk.ConverseStreamOutput[]) =>
  events.map((event) => event.contentBlockDelta?.delta?.text ?? '').join('');
const stopOf = (events: readonly sdk.ConverseStreamOutput[]) =>
  events.find(({ messageStop }) => messageStop)?.messageStop?.stopReason;

describe.each(Object.entries(handlers))('over %s', (_version, handler) => {
  it('Converse returns an answer of the stand-in', async () => {
    const { client, seen } = connect(handler());

    const answer = await client.send(new sdk.ConverseCommand({ modelId: chat, messages: [user('Hello!')] }));

    expect(answer.output?.message?.content?.[0]?.text).toContain(standInNote);
    expect(answer.stopReason).toBe('end_turn');
    expect(answer.usage?.totalTokens).toBe(
      (answer.usage?.inputTokens ?? 0) + (answer.usage?.outputTokens ?? 0),
    );
    expect(answer.additionalModelResponseFields).toEqual({ standIn: standInName });
    expect(seen.headers['x-nova-stand-in']).toBe(standInName);
  });

  it('ConverseStream requests a tool, then streams an answer from its result', async () => {
    const { client } = connect(handler());
    const messages = [user('How long is parental leave?')];
    const send = async () =>
      collect(
        (
          await client.send(
            new sdk.ConverseStreamCommand({ modelId: chat, messages, toolConfig: { tools: [search] } }),
          )
        ).stream,
      );

    const first = await send();
    const start = first.find(({ contentBlockStart }) => contentBlockStart)?.contentBlockStart?.start?.toolUse;
    const input = first.map((event) => event.contentBlockDelta?.delta?.toolUse?.input ?? '').join('');
    const toolUseId = start?.toolUseId ?? '';
    messages.push(
      {
        role: 'assistant',
        content: [{ toolUse: { toolUseId, name: 'search_content', input: JSON.parse(input) } }],
      },
      {
        role: 'user',
        content: [
          {
            toolResult: {
              toolUseId,
              content: [
                { json: { results: [{ contentId: 'c1', text: 'Parental leave lasts twelve weeks.' }] } },
              ],
            },
          },
        ],
      },
    );
    const second = await send();

    expect(start?.name).toBe('search_content');
    expect(JSON.parse(input)).toEqual({ query: 'How long is parental leave?' });
    expect(stopOf(first)).toBe('tool_use');
    expect(textOf(second)).toContain('“Parental leave lasts twelve weeks.” [c1]');
    expect(second.length).toBeGreaterThan(8);
    expect(stopOf(second)).toBe('end_turn');
    expect(second.at(-1)?.metadata?.usage?.outputTokens).toBeGreaterThan(5);
  });

  it('InvokeModel returns embeddings and counts tokens', async () => {
    const { client, seen } = connect(handler());
    const body = JSON.stringify({
      schemaVersion: 'nova-multimodal-embed-v1',
      taskType: 'SINGLE_EMBEDDING',
      singleEmbeddingParams: {
        embeddingPurpose: 'GENERIC_INDEX',
        embeddingDimension: 1024,
        text: { truncationMode: 'END', value: 'hello there' },
      },
    });

    const answer = await client.send(
      new sdk.InvokeModelCommand({ modelId: embedding, body, contentType: 'application/json' }),
    );

    expect(JSON.parse(answer.body.transformToString()).embeddings[0].embedding).toHaveLength(1024);
    expect(seen.headers['x-amzn-bedrock-input-token-count']).toBe('4');
  });

  it('ApplyGuardrail returns assessments', async () => {
    const apply = { guardrailIdentifier: guardrailArn, guardrailVersion: '1', source: 'INPUT' } as const;

    const answer = await connect(handler()).client.send(
      new sdk.ApplyGuardrailCommand({ ...apply, content: [{ text: { text: 'the Falcon file' } }] }),
    );

    expect(answer).toMatchObject({ action: 'GUARDRAIL_INTERVENED', outputs: [{ text: 'No such input.' }] });
  });

  it.each<[string, sdk.ConverseCommandInput, string, RegExp]>([
    [
      'an unknown model',
      { modelId: 'us.acme.gpt-9', messages: [user('x')] },
      'ValidationException',
      /model identifier is invalid/,
    ],
    [
      'a profile of another geography',
      { modelId: 'eu.anthropic.claude-sonnet-4-6', messages: [user('x')] },
      'ValidationException',
      /model identifier is invalid/,
    ],
    [
      'a model without its profile',
      { modelId: 'anthropic.claude-sonnet-4-6', messages: [user('x')] },
      'ValidationException',
      /on-demand throughput/,
    ],
    [
      'a model that cannot chat',
      { modelId: speech, messages: [user('x')] },
      'ValidationException',
      /doesn't support conversations/,
    ],
    [
      'an assistant first',
      { modelId: chat, messages: [{ role: 'assistant', content: [{ text: 'x' }] }] },
      'ValidationException',
      /must start with a user message/,
    ],
    [
      'a blank text',
      { modelId: chat, messages: [user(' ')] },
      'ValidationException',
      /messages.0.content.0 is blank/,
    ],
    [
      'an unknown guardrail',
      {
        modelId: chat,
        messages: [user('x')],
        guardrailConfig: { ...guardrailConfig, guardrailIdentifier: 'g2' },
      },
      'ResourceNotFoundException',
      /g2/,
    ],
    [
      'an unknown guardrail version',
      {
        modelId: chat,
        messages: [user('x')],
        guardrailConfig: { ...guardrailConfig, guardrailVersion: '9' },
      },
      'ResourceNotFoundException',
      /version 9/,
    ],
  ])('%s is refused', async (_case, input, name, message) => {
    const sent = connect(handler()).client.send(new sdk.ConverseCommand(input));

    await expect(sent).rejects.toMatchObject({ name, message: expect.stringMatching(message) });
  });
});

describe('access', () => {
  it('is granted for the profile, and for the model in each region of the profile', async () => {
    await connect().client.send(
      new sdk.ConverseStreamCommand({ modelId: chat, messages: [user('hi')], guardrailConfig }),
    );

    const action = 'bedrock:InvokeModelWithResponseStream';
    const conditions = { 'bedrock:InferenceProfileArn': chatProfile };
    const model = (where: string) => `arn:aws:bedrock:${where}::foundation-model/anthropic.claude-sonnet-4-6`;
    expect(authorised).toEqual([
      { action, resource: chatProfile, conditions: undefined },
      ...['us-east-1', 'us-east-2', 'us-west-2'].map((where) => ({
        action,
        resource: model(where),
        conditions,
      })),
      { action: 'bedrock:ApplyGuardrail', resource: guardrailArn, conditions: undefined },
    ]);
  });

  it('that is denied ends in the protocol’s own error', async () => {
    denied = 'bedrock:InvokeModel';
    const sent = connect().client.send(new sdk.ConverseCommand({ modelId: chat, messages: [user('hi')] }));

    await expect(sent).rejects.toBeInstanceOf(sdk.AccessDeniedException);
  });

  it('to a video in S3 depends on the caller’s own permissions', async () => {
    const video = (uri: string): sdk.ConverseCommandInput => ({
      modelId: 'us.amazon.nova-2-lite-v1:0',
      messages: [
        {
          role: 'user',
          content: [{ text: 'What is seen?' }, { video: { format: 'mp4', source: { s3Location: { uri } } } }],
        },
      ],
    });
    const send = (uri: string) => connect().client.send(new sdk.ConverseCommand(video(uri)));

    await expect(send('s3://media/notes.txt')).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringMatching(/could not be processed/),
    });
    expect(authorised).toContainEqual({
      action: 's3:GetObject',
      resource: 'arn:aws:s3:::media/notes.txt',
      conditions: undefined,
    });
    await expect(send('s3://media/other')).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringMatching(/no object/),
    });
    denied = 's3:GetObject';
    await expect(send('s3://media/notes.txt')).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });
});

describe('the guardrail in a conversation', () => {
  const stream = async (text: string) =>
    collect(
      (
        await connect().client.send(
          new sdk.ConverseStreamCommand({ modelId: chat, messages: [user(text)], guardrailConfig }),
        )
      ).stream,
    );

  it('blocks messages to the model', async () => {
    const events = await stream('Tell me about falcon');

    expect(stopOf(events)).toBe('guardrail_intervened');
    expect(textOf(events)).toBe('No such input.');
    expect(
      events.at(-1)?.metadata?.trace?.guardrail?.inputAssessment?.g1?.wordPolicy?.customWords,
    ).toMatchObject([{ match: 'falcon', action: 'BLOCKED' }]);
  });

  it('blocks answers to the user', async () => {
    bedrock.script.say('The falcon flies.');

    const events = await stream('hi');

    expect(stopOf(events)).toBe('guardrail_intervened');
    expect(textOf(events)).toBe('No such answer.');
  });

  it('masks identifiers in answers', async () => {
    bedrock.script.say('Write to ada@example.com.');

    const events = await stream('hi');

    expect(textOf(events)).toBe('Write to {EMAIL}.');
    expect(stopOf(events)).toBe('guardrail_intervened');
  });

  it('masks identifiers in messages to the model', async () => {
    const events = await stream('My mail is ada@example.com');

    expect(textOf(events)).toContain('your mail is {EMAIL}');
    expect(stopOf(events)).toBe('end_turn');
  });
});

it('maxTokens and stopSequences cut an answer off', async () => {
  const send = (inferenceConfig: sdk.InferenceConfiguration) => {
    bedrock.script.say('one two three four five');
    return connect().client.send(
      new sdk.ConverseCommand({ modelId: chat, messages: [user('x')], inferenceConfig }),
    );
  };

  const short = await send({ maxTokens: 2 });
  const stopped = await send({ stopSequences: ['three'] });

  expect([short.output?.message?.content, short.stopReason]).toEqual([[{ text: 'one two' }], 'max_tokens']);
  expect([stopped.output?.message?.content, stopped.stopReason]).toEqual([
    [{ text: 'one two ' }],
    'stop_sequence',
  ]);
});

describe('speech', () => {
  const promptName = 'p';
  const content = { promptName, contentName: 'a' };
  const audioInputConfiguration = {
    mediaType: 'audio/lpcm',
    sampleRateHertz: 16_000,
    sampleSizeBits: 16,
    channelCount: 1,
    encoding: 'base64',
  };
  const samples = speak([{ speaker: 'A', text: 'hello there' }], { sampleRate: 16_000, pause: 0.3 });
  const pcm = Buffer.from(Int16Array.from(samples, (sample) => sample * 0x7fff).buffer);
  const opening = [
    { sessionStart: {} },
    { promptStart: { promptName } },
    { contentStart: { ...content, type: 'AUDIO', role: 'USER', audioInputConfiguration } },
  ];
  const talk = async (events: readonly object[]) => {
    const body = (async function* () {
      for (const event of events) yield { chunk: { bytes: Buffer.from(JSON.stringify({ event })) } };
    })();
    const { client } = connect(handlers['HTTP/2']());
    const answer = await client.send(
      new sdk.InvokeModelWithBidirectionalStreamCommand({ modelId: speech, body }),
    );
    const chunks = await collect(answer.body);
    return chunks.map(({ chunk }) => JSON.parse(Buffer.from(chunk?.bytes ?? []).toString()).event);
  };

  it('is transcribed over a bidirectional stream', async () => {
    const frames = Array.from({ length: Math.ceil(pcm.length / 1024) }, (_, index) => ({
      audioInput: { ...content, content: pcm.subarray(index * 1024, (index + 1) * 1024).toString('base64') },
    }));

    const events = await talk([
      ...opening,
      ...frames,
      { contentEnd: content },
      { promptEnd: { promptName } },
      { sessionEnd: {} },
    ]);

    expect(
      events.flatMap(({ textOutput }) => (textOutput?.role === 'USER' ? [textOutput.content] : [])),
    ).toEqual(['hello there']);
    expect(authorised).toMatchObject([{ action: 'bedrock:InvokeModel' }]);
  });

  it('with events out of order ends with the reason', async () => {
    await expect(talk([...opening, { promptEnd: { promptName } }])).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringMatching(/^promptEnd/),
    });
  });
});

describe('faults on demand', () => {
  const converse = () =>
    connect().client.send(new sdk.ConverseCommand({ modelId: chat, messages: [user('Hello!')] }));
  const stream = async () =>
    collect(
      (
        await connect().client.send(
          new sdk.ConverseStreamCommand({ modelId: chat, messages: [user('Hello!')] }),
        )
      ).stream,
    );

  it.each([
    ['throttle', sdk.ThrottlingException],
    ['timeout', sdk.ModelTimeoutException],
    ['error', sdk.InternalServerException],
    ['unavailable', sdk.ServiceUnavailableException],
  ] as const)('%s reaches the client as an exception of the SDK', async (fault, type) => {
    bedrock.faults.set({ [fault]: 1 });

    await expect(converse()).rejects.toBeInstanceOf(type);
    await expect(stream()).rejects.toBeInstanceOf(type);
  });

  it.each(['malformed', 'cut'] as const)('%s breaks an answer before its end', async (fault) => {
    bedrock.faults.set({ [fault]: 1 });

    await expect(converse()).rejects.toThrow();
    await expect(stream()).rejects.toThrow();
    await expect(
      connect(handlers['HTTP/2']()).client.send(
        new sdk.ConverseCommand({ modelId: chat, messages: [user('x')] }),
      ),
    ).rejects.toThrow();
  });

  it('silence lasts until the client times out', async () => {
    bedrock.faults.set({ silence: 1 });
    const requestHandler = new NodeHttpHandler({ requestTimeout: 200, throwOnRequestTimeout: true });
    const { client } = connect(requestHandler);

    await expect(
      client.send(new sdk.ConverseCommand({ modelId: chat, messages: [user('x')] })),
    ).rejects.toMatchObject({ name: 'TimeoutError' });
  });
});

it('no internal fault of the stand-in was reported', () => {
  expect(logger.errors).toEqual([]);
});
