import './environment.ts';
import type { SearchScope } from '@nova/shared/api/search';
import type { VectorMetadata } from '@nova/shared/vectors';
import { vectorIndex, vectorKey } from '@nova/shared/vectors';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bedrockClient } from '../../../lambdas/models/bedrock.ts';
import { novaEmbeddings } from '../../../lambdas/models/embeddings.ts';
import { semanticSearch } from '../../../lambdas/vectors/semantic-search.ts';
import { s3VectorIndex, vectorsClient } from '../../../lambdas/vectors/vector-index.ts';
import { type MediaFixture, models, startMediaFixture, vectors } from './fixture.ts';

/** Embeddings and the vector index over the wire. */

let fixture: MediaFixture;
beforeAll(async () => {
  fixture = await startMediaFixture();
});
afterAll(() => fixture.close());
beforeEach(() => fixture.bedrock.faults.set({}));

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

describe('search over the index', () => {
  it('finds the nearest passage of this tenant, and only of the requested kinds', async () => {
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

  it('applies each filter', async () => {
    const { put, search } = connect();
    const spokenPassage = (more: Partial<VectorMetadata>) =>
      ({ kind: 'audio', source: 'transcript', ...more }) as const;
    const day = Date.UTC(2026, 0, 2);
    await put(
      'f',
      'one',
      ['The anchor was lifted.'],
      spokenPassage({ start: 0, end: 10, speaker: 'Ann', language: 'en', createdAt: day }),
    );
    await put(
      'f',
      'two',
      ['The anchor was dropped.'],
      spokenPassage({ start: 50, end: 60, speaker: 'Bob', language: 'de', createdAt: day + 1 }),
    );
    await put('f', 'doc', ['The anchor is heavy.'], { createdAt: day + 86_400_000 });
    const found = async (scope: SearchScope) =>
      (await search.query('f', { query: 'anchor', ...scope })).map(({ contentId }) => contentId).sort();

    expect(await found({})).toEqual(['doc', 'one', 'two']);
    expect(await found({ speakers: ['Ann'] })).toEqual(['one']);
    expect(await found({ languages: ['de', 'fr'] })).toEqual(['two']);
    expect(await found({ sources: ['document'] })).toEqual(['doc']);
    expect(await found({ between: { from: 10, to: 20 } })).toEqual(['one']);
    expect(await found({ between: { from: 11 } })).toEqual(['two']);
    expect(await found({ between: { to: 49 } })).toEqual(['one']);
    expect(await found({ created: { after: '2026-01-02T12:00:00.000Z' } })).toEqual(['doc']);
    expect(await found({ created: { before: '2026-01-02T12:00:00.000Z' } })).toEqual(['one', 'two']);
    expect(await found({ speakers: ['Ann'], languages: ['de'] })).toEqual([]);
  });

  it('returns each second of an item once, with its best match', async () => {
    const { put, search } = connect();
    const seen = { kind: 'video' } as const;
    await put('m', 'film', ['The keeper lights the lamp.', 'The keeper lights the lamp at dusk.'], {
      ...seen,
      start: 10,
      end: 20,
    });
    const other = await connect().embedder.embed({ text: 'A lamp is lit by the keeper.' }, 'GENERIC_INDEX');
    await connect().index.put([
      {
        key: vectorKey('m', 'film', 'scene', 0),
        vector: other.vector,
        metadata: {
          tenant: 'm',
          contentId: 'film',
          kind: 'video',
          source: 'scene',
          start: 15,
          end: 40,
          text: 'A lamp is lit by the keeper.',
        },
      },
      {
        key: vectorKey('m', 'film', 'scene', 1),
        vector: other.vector,
        metadata: {
          tenant: 'm',
          contentId: 'film',
          kind: 'video',
          source: 'scene',
          start: 60,
          end: 80,
          text: 'A lamp is lit by the keeper.',
        },
      },
    ]);

    const hits = await search.query('m', { query: 'the keeper lights the lamp' });
    const one = await search.query('m', { query: 'the keeper lights the lamp', perContent: 1 });

    expect(hits.map(({ start, end }) => [start, end])).toEqual([
      [10, 20],
      [60, 80],
    ]);
    expect(hits[0]?.text).toBe('The keeper lights the lamp.');
    expect(one).toEqual(hits.slice(0, 1));
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

  it('puts, reads and deletes more vectors than fit into one call', async () => {
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

  it('counts the tokens, and names the model of the vector', async () => {
    const { embedder } = connect();

    const { inputTokens, model, vector } = await embedder.embed({ text: 'some words' }, 'GENERIC_INDEX');

    expect(inputTokens).toBeGreaterThan(0);
    expect(model).toBe('nova-local-stand-in');
    expect(vector).toHaveLength(vectorIndex.dimension);
  });

  it('embeds an image from its address', async () => {
    const { embedder } = connect();
    fixture.objects.write('picture', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'));

    const image = { format: 'png', uri: 's3://content/picture' } as const;

    expect((await embedder.embed({ image }, 'GENERIC_INDEX')).vector).toHaveLength(vectorIndex.dimension);
  });

  it('reports that the model is busy when it stays throttled', async () => {
    const { search } = connect();
    fixture.bedrock.faults.set({ throttle: 1 });

    await expect(search.query('a', { query: 'lighthouse' })).rejects.toMatchObject({
      type: 'model-unavailable',
      status: 503,
    });
  });
});
