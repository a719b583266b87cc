import type { BedrockRuntimeClient, InvokeModelCommand } from '@aws-sdk/client-bedrock-runtime';
import { vectorIndex } from '@nova/shared/vectors';
import { describe, expect, it } from 'vitest';
import { bedrockClient } from './bedrock.ts';
import { type EmbeddingInput, novaEmbeddings, type ReadMedia } from './embeddings.ts';

const uri = 's3://content/uploads/t/1';
const image: EmbeddingInput = { image: { format: 'png', uri } };
const video: EmbeddingInput = { video: { uri, format: 'mov' } };

/** The media source of the request for an input. */
async function sourceFor(input: EmbeddingInput, readMedia?: ReadMedia): Promise<unknown> {
  const sent: InvokeModelCommand[] = [];
  const embedding = Array.from({ length: vectorIndex.dimension }, () => 0);
  const body = new TextEncoder().encode(JSON.stringify({ embeddings: [{ embedding }] }));
  const client = {
    async send(command: InvokeModelCommand) {
      sent.push(command);
      return { body };
    },
  } as unknown as BedrockRuntimeClient;
  await novaEmbeddings(client, 'model', readMedia).embed(input, 'GENERIC_INDEX');
  const { singleEmbeddingParams } = JSON.parse(String(sent[0]?.input.body));
  return Object.entries(singleEmbeddingParams).flatMap(([name, value]) =>
    name in input ? [(value as { source: unknown }).source] : [],
  )[0];
}

describe('media', () => {
  it.each([
    ['an image', image],
    ['a video', video],
  ])('of %s is named by its place in S3', async (_, input) => {
    expect(await sourceFor(input)).toEqual({ s3Location: { uri } });
  });

  it.each([
    ['an image', image],
    ['a video', video],
  ])('of %s is sent along to a model in another region', async (_, input) => {
    expect(await sourceFor(input, async () => Buffer.from('pixels'))).toEqual({
      bytes: Buffer.from('pixels').toString('base64'),
    });
  });

  it('that is too large to send along is named by its place in S3', async () => {
    expect(await sourceFor(video, async () => undefined)).toEqual({ s3Location: { uri } });
  });
});

it('a client may be for another region than the function’s', async () => {
  expect(await bedrockClient(1000, 1, 'us-east-1').config.region()).toBe('us-east-1');
});
