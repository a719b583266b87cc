import { describe, expect, it } from 'vitest';
import { embed } from './embed.ts';

const encode = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
const request = (params: Record<string, unknown>, rest: Record<string, unknown> = {}) =>
  encode({
    schemaVersion: 'nova-multimodal-embed-v1',
    taskType: 'SINGLE_EMBEDDING',
    singleEmbeddingParams: { embeddingPurpose: 'GENERIC_INDEX', embeddingDimension: 256, ...params },
    ...rest,
  });
const text = { truncationMode: 'END', value: 'hello there' };
const noMedia = () => Promise.reject(new Error('no media expected'));

describe('an embedding request', () => {
  it('gets a response in Nova’s format with its token count', async () => {
    const { body, inputTokens } = await embed(request({ text }), noMedia);

    expect(body.embeddings).toEqual([{ embeddingType: 'TEXT', embedding: expect.any(Array) }]);
    expect(inputTokens).toBe(4);
  });

  it('reads media from its source', async () => {
    const image = { format: 'png', source: { bytes: 'AAAA' } };

    const { body } = await embed(request({ image }), async () => Uint8Array.from({ length: 99 }));

    expect(body.embeddings).toMatchObject([{ embeddingType: 'IMAGE' }]);
  });

  it('reports how much of a long text was used', async () => {
    const value = 'word '.repeat(9000);

    const { body, inputTokens } = await embed(request({ text: { truncationMode: 'END', value } }), noMedia);

    expect(inputTokens).toBe(8192);
    expect(body.embeddings).toMatchObject([{ truncatedCharLength: 8192 * 5 - 1 }]);
  });

  it.each([
    ['no JSON', new TextEncoder().encode('{'), 'JSON'],
    ['another schema', request({ text }, { schemaVersion: 'v0' }), 'schemaVersion'],
    ['another task', request({ text }, { taskType: 'SEGMENTED_EMBEDDING' }), 'taskType'],
    ['an unknown purpose', request({ text, embeddingPurpose: 'X' }), 'embeddingPurpose'],
    ['an unknown dimension', request({ text, embeddingDimension: 512 }), 'embeddingDimension'],
    ['no modality', request({}), 'exactly one'],
    ['two modalities', request({ text, image: {} }), 'exactly one'],
    ['no truncation mode', request({ text: { value: 'x' } }), 'truncationMode'],
    ['blank text', request({ text: { truncationMode: 'END', value: ' ' } }), 'text.value'],
    [
      'too long a text',
      request({ text: { truncationMode: 'NONE', value: 'a '.repeat(9000) } }),
      'at most 8192',
    ],
    ['an unknown format', request({ image: { format: 'bmp', source: {} } }), 'format'],
    ['no source', request({ image: { format: 'png' } }), 'source'],
  ])('with %s is refused with the field', async (_case, body, field) => {
    await expect(embed(body, noMedia)).rejects.toMatchObject({
      name: 'ValidationException',
      status: 400,
      message: expect.stringContaining(field),
    });
  });
});
