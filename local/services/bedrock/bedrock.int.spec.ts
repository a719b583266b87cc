import * as sdk from '@aws-sdk/client-bedrock-runtime';
import { describe, expect, it } from 'vitest';
import { accountId, region } from '../../testing/service-fixture.ts';
import { standInName, standInNote } from './stand-in.ts';
import {
  bedrockFixture,
  chat,
  collect,
  guardrailArn,
  guardrailConfig,
  handlers,
  speech,
  stopOf,
  textOf,
  user,
} from './testing/bedrock-fixture.ts';

const { authorised, bedrock, connect, deny, logger } = bedrockFixture();

const chatProfile = `arn:aws:bedrock:${region}:${accountId}:inference-profile/${chat}`;

const embedding = 'amazon.nova-2-multimodal-embeddings-v1:0';

const search: sdk.Tool = {
  toolSpec: {
    name: 'search_content',
    description: 'Finds passages.',
    inputSchema: { json: { type: 'object', properties: { query: { type: 'string' } }, required: ['query'] } },
  },
};

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
    deny('bedrock:InvokeModel');
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
    deny('s3:GetObject');
    await expect(send('s3://media/notes.txt')).rejects.toMatchObject({ name: 'AccessDeniedException' });
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

it('no internal fault of the stand-in was reported', () => {
  expect(logger.errors).toEqual([]);
});
