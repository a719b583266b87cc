import './environment.ts';
import type { VectorMetadata } from '@nova/shared/vectors';
import { vectorIndex, vectorKey } from '@nova/shared/vectors';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bedrockClient } from '../../../lambdas/platform/models/clients.ts';
import { novaEmbeddings } from '../../../lambdas/platform/vectors/embeddings.ts';
import { semanticSearch } from '../../../lambdas/platform/vectors/semantic-search.ts';
import { s3VectorIndex, vectorsClient } from '../../../lambdas/platform/vectors/vector-index.ts';
import { type MediaBench, models, startMediaBench, vectors } from './bench.ts';

/** Embeddings and the vector index over the wire. */

let bench: MediaBench;
beforeAll(async () => {
  bench = await startMediaBench();
});
afterAll(() => bench.close());
beforeEach(() => bench.bedrock.faults.set({}));

function connect() {
  const embedder = novaEmbeddings(bedrockClient(5000), models.embedding);
  const index = s3VectorIndex(vectorsClient(), vectors.bucket, vectors.index);
  const put = async (
    tenant: string,
    contentId: string,
    texts: readonly string[],
    more: Partial<VectorMetadata> = {},
  ) =>
    index.put(
      await Promise.all(
        texts.map(async (text, place) => ({
          key: vectorKey(tenant, contentId, 'document', place),
          vector: (await embedder.embed({ text }, 'GENERIC_INDEX')).vector,
          metadata: { tenant, contentId, kind: 'document', source: 'document', text, ...more } as const,
        })),
      ),
    );
  return { embedder, index, put, search: semanticSearch({ embedder, index }) };
}

describe('search over the wire', () => {
  it('finds the nearest passage, of this tenant alone, and only of what was asked for', async () => {
    const { put, search } = connect();
    await put('a', 'doc-1', ['The lighthouse was automated in 1987.', 'Bread rises overnight.']);
    await put('a', 'talk', ['The keeper left the lighthouse.'], { kind: 'audio', start: 3, end: 7.5 });
    await put('b', 'doc-2', ['The lighthouse was automated in 1987.']);

    const hits = await search.query('a', { query: 'when was the lighthouse automated', topK: 5 });
    const spoken = await search.query('a', { query: 'lighthouse', kinds: ['audio'] });
    const none = await search.query('a', { query: 'lighthouse', contentIds: ['doc-2'] });

    expect(hits[0]).toMatchObject({ contentId: 'doc-1', text: 'The lighthouse was automated in 1987.' });
    expect(hits.map(({ contentId }) => contentId)).not.toContain('doc-2');
    expect(hits.map(({ score }) => score)).toEqual(hits.map(({ score }) => score).sort((x, y) => y - x));
    expect(spoken).toMatchObject([{ contentId: 'talk', start: 3, end: 7.5 }]);
    expect(none).toEqual([]);
  });

  it('finds what resembles an item, without the item', async () => {
    const { put, search } = connect();
    await put('c', 'one', ['Pumps move water through the valves.']);
    await put('c', 'two', ['Valves and pumps and water.']);
    await put('c', 'three', ['A recipe for bread.']);

    const near = await search.near('c', [vectorKey('c', 'one', 'document', 0)], { except: 'one' });

    expect(near?.map(({ contentId }) => contentId)).toEqual(['two', 'three']);
    expect(await search.near('c', [vectorKey('c', 'nothing', 'document', 0)], {})).toBeUndefined();
  });

  it('puts, reads and deletes more vectors than one call takes', async () => {
    const { index } = connect();
    const count = 1100;
    const keys = Array.from({ length: count }, (_, place) => vectorKey('d', 'many', 'document', place));
    const vector = Array.from({ length: vectorIndex.dimension }, (_, place) => (place === 0 ? 1 : 0));
    const metadata = {
      tenant: 'd',
      contentId: 'many',
      kind: 'document',
      source: 'document',
      text: 't',
    } as const;

    await index.put(keys.map((key) => ({ key, vector, metadata })));
    const last = await index.metadata(keys.slice(-100));
    await index.delete(keys);

    expect(last.size).toBe(100);
    expect((await index.metadata(keys.slice(-100))).size).toBe(0);
    expect(await index.query(vector, 10, { tenant: { $eq: 'd' } })).toEqual([]);
  });

  it('counts the tokens, and says what made the vector', async () => {
    const { embedder } = connect();

    const { inputTokens, model, vector } = await embedder.embed({ text: 'some words' }, 'GENERIC_INDEX');

    expect(inputTokens).toBeGreaterThan(0);
    expect(model).toBe('nova-local-stand-in');
    expect(vector).toHaveLength(vectorIndex.dimension);
  });

  it('embeds an image from where it is', async () => {
    const { embedder } = connect();
    bench.objects.write('picture', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'));

    const image = { format: 'png', uri: 's3://content/picture' } as const;

    expect((await embedder.embed({ image }, 'GENERIC_INDEX')).vector).toHaveLength(vectorIndex.dimension);
  });

  it('says that it is busy when the model stays throttled', async () => {
    const { search } = connect();
    bench.bedrock.faults.set({ throttle: 1 });

    await expect(search.query('a', { query: 'lighthouse' })).rejects.toMatchObject({
      type: 'model-unavailable',
      status: 503,
    });
  });
});
