import { type ContentEvent, contentStream } from '@nova/shared/events/index';
import type { Context } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { execute } from '../../commands/execute.ts';
import { content } from '../../domain/content.ts';
import type { ApiRequest } from '../../http/request.ts';
import { memoryEventStore } from '../../testing/memory-event-store.ts';
import type { SemanticSearch } from '../../vectors/semantic-search.ts';
import { search } from './search.ts';

const contentId = '019ab000-0000-7000-8000-000000000001';
const file = { kind: 'document', contentType: 'text/plain', bytes: 3, objectKey: 'k' } as const;
const registered: ContentEvent = {
  type: 'ContentRegistered',
  data: { filename: 'f', uploadExpiresAt: new Date(0).toISOString(), ...file },
};
const uploaded: ContentEvent = { type: 'ContentUploaded', data: { etag: 'e', ...file } };
const indexed = (vectors: number): ContentEvent => ({
  type: 'ContentIndexed',
  data: { jobId: contentId, source: 'document', vectors },
});

async function prepare(...events: ContentEvent[]) {
  const store = memoryEventStore();
  const metadata = { correlationId: 'c', causationId: 'c', actor: 'test' };
  const stream = contentStream('owner', contentId);
  await execute(store, content, stream, metadata, () => events);
  const queries: unknown[][] = [];
  const note = async (...call: unknown[]) => {
    queries.push(call);
    return [];
  };
  const semantic: SemanticSearch = { query: note, near: note };
  const call = (tenant: string, body: ApiRequest<'search'>['body']) =>
    search(store, semantic).search({ tenant, body } as ApiRequest<'search'>, {} as Context);
  return { queries, call };
}

describe('search', () => {
  it('passes words and filter on', async () => {
    const { queries, call } = await prepare();

    const answer = await call('owner', { query: 'pumps', topK: 3, filter: { kinds: ['audio'] } });

    expect(answer).toEqual({ results: [] });
    expect(queries).toEqual([['owner', { query: 'pumps', topK: 3, kinds: ['audio'] }]]);
  });

  it('finds the neighbours of an item by vectors from all over it, and leaves it out', async () => {
    const { queries, call } = await prepare(registered, uploaded, indexed(250));

    await call('owner', { contentId });

    const [tenant, keys, scope] = queries[0] as [string, string[], object];
    expect(tenant).toBe('owner');
    expect(keys).toHaveLength(100);
    expect(keys[0]).toBe(`owner/${contentId}/document/0`);
    expect(new Set(keys).size).toBe(100);
    expect(Number(keys.at(-1)?.split('/').at(-1))).toBeGreaterThan(240);
    expect(scope).toMatchObject({ except: contentId });
  });

  it('finds no item of another tenant', async () => {
    const { call } = await prepare(registered, uploaded, indexed(1));

    await expect(call('stranger', { contentId })).rejects.toMatchObject({ type: 'not-found' });
  });

  it.each([
    ['upload-missing', [registered]],
    ['conflict', [registered, uploaded]],
  ] as const)('returns %s for an item that cannot be compared yet', async (type, events) => {
    const { call } = await prepare(...events);

    await expect(call('owner', { contentId })).rejects.toMatchObject({ type, status: 409 });
  });
});
