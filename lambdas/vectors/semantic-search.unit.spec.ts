import type { VectorMetadata } from '@nova/shared/vectors';
import { describe, expect, it, vi } from 'vitest';
import { DomainError } from '../domain/errors.ts';
import type { Embedder } from '../models/embeddings.ts';
import { logger } from '../runtime/instrumentation.ts';
import { semanticSearch } from './semantic-search.ts';
import type { Neighbour, VectorFilter, VectorIndex } from './vector-index.ts';

const passage = (text: string, distance: number, more: Partial<VectorMetadata> = {}): Neighbour => ({
  key: `${more.contentId ?? 'a'}/${text}/${distance}`,
  distance,
  metadata: { tenant: 't1', contentId: 'a', kind: 'document', source: 'document', text, ...more },
});

function prepare(neighbours: readonly Neighbour[], stored: number[][] = []) {
  const queries: { vector: readonly number[]; topK: number; filter: VectorFilter }[] = [];
  const embedder: Embedder = {
    embed: async () => ({ vector: [1, 0], inputTokens: 3, model: 'model' }),
  };
  const index: VectorIndex = {
    put: async () => {},
    delete: async () => {},
    numbers: async () => stored,
    metadata: async () => new Map(),
    query: async (vector, topK, filter) => {
      queries.push({ vector, topK, filter });
      return neighbours.slice(0, topK);
    },
  };
  return { queries, embedder, index };
}

describe('semanticSearch', () => {
  it('queries the tenant’s vectors only, whatever else is requested', async () => {
    const { queries, ...dependencies } = prepare([]);

    await semanticSearch(dependencies).query('t1', { query: 'q', kinds: ['audio'], contentIds: ['a', 'b'] });

    expect(queries[0]?.filter).toEqual({
      $and: [{ tenant: { $eq: 't1' } }, { kind: { $in: ['audio'] } }, { contentId: { $in: ['a', 'b'] } }],
    });
  });

  it('returns each passage once, best first, with cosine similarity as score', async () => {
    const dependencies = prepare([
      passage('twice', 0.3),
      passage('twice', 0.2),
      passage('spoken', 0.1, { kind: 'audio', source: 'transcript', start: 2, end: 5 }),
    ]);

    const hits = await semanticSearch(dependencies).query('t1', { query: 'q' });

    expect(hits).toEqual([
      { contentId: 'a', kind: 'audio', start: 2, end: 5, text: 'spoken', score: 0.9 },
      { contentId: 'a', kind: 'document', start: null, end: null, text: 'twice', score: 0.8 },
    ]);
  });

  it('says where a passage is in its document', async () => {
    const place = { page: 3, lastPage: 4, pageLabel: 'iii', heading: ['Manual', 'Oil'] };
    const cells = { sheet: 'Lamps', cells: 'A2:B9' };
    const dependencies = prepare([passage('on paper', 0.1, place), passage('in a table', 0.2, cells)]);

    expect(await semanticSearch(dependencies).query('t1', { query: 'q' })).toMatchObject([place, cells]);
  });

  it('keeps equal words apart when they are spoken at other times', async () => {
    const dependencies = prepare([
      passage('yes', 0.1, { start: 1, end: 2 }),
      passage('yes', 0.1, { start: 8, end: 9 }),
    ]);

    const hits = await semanticSearch(dependencies).query('t1', { query: 'q' });

    expect(hits.map(({ start }) => start)).toEqual([1, 8]);
  });

  it('returns no more than requested, and never a score outside -1 to 1', async () => {
    const dependencies = prepare([passage('one', -1e-7), passage('two', 0.2), passage('three', 0.4)]);

    const hits = await semanticSearch(dependencies).query('t1', { query: 'q', topK: 2 });

    expect(hits.map(({ text, score }) => [text, score])).toEqual([
      ['one', 1],
      ['two', 0.8],
    ]);
  });

  it('finds the neighbours of an item by the mean of its vectors, and leaves the item out', async () => {
    const { queries, ...dependencies } = prepare(
      [],
      [
        [1, 0],
        [0, 1],
      ],
    );

    const hits = await semanticSearch(dependencies).near('t1', ['k1', 'k2'], { except: 'a' });

    expect(hits).toEqual([]);
    expect(queries[0]?.vector).toEqual([0.5, 0.5]);
    expect(queries[0]?.filter).toEqual({ $and: [{ tenant: { $eq: 't1' } }, { contentId: { $ne: 'a' } }] });
  });

  it('reports that an item has no vectors', async () => {
    expect(await semanticSearch(prepare([])).near('t1', ['k1'], {})).toBeUndefined();
  });

  it('reports a throttled model as a problem that the caller may retry', async () => {
    const { index } = prepare([]);
    const throttled = Object.assign(new Error('Too many requests'), { name: 'ThrottlingException' });
    const embedder: Embedder = { embed: () => Promise.reject(throttled) };

    const answer = semanticSearch({ embedder, index }).query('t1', { query: 'q' });

    await expect(answer).rejects.toThrow(DomainError);
    await expect(answer).rejects.toMatchObject({ type: 'model-unavailable', status: 503 });
  });

  it.each(['AccessDeniedException', 'ValidationException', 'CredentialsProviderError'])(
    'reports %s of the model as a model that is not set up, and logs it',
    async (name) => {
      const { index } = prepare([]);
      const logged = vi.spyOn(logger, 'error').mockReturnValue();
      const refused = Object.assign(new Error('No'), { name, $fault: 'client' });
      const embedder: Embedder = { embed: () => Promise.reject(refused) };

      const answer = semanticSearch({ embedder, index }).query('t1', { query: 'q' });

      await expect(answer).rejects.toMatchObject({ type: 'model-unavailable', status: 503, cause: refused });
      expect(logged).toHaveBeenCalledWith(
        'The model is not set up',
        expect.objectContaining({ fault: name, detail: 'No' }),
      );
      logged.mockRestore();
    },
  );

  it('blames neither the caller nor the model for an internal fault', async () => {
    const { embedder, index } = prepare([]);
    const denied = Object.assign(new Error('No'), { name: 'AccessDeniedException', $fault: 'client' });

    const answer = semanticSearch({ embedder, index: { ...index, query: () => Promise.reject(denied) } });

    await expect(answer.query('t1', { query: 'q' })).rejects.toBe(denied);
  });
});
