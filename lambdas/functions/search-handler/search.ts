import type { SearchScope } from '@nova/shared/api/search';
import { contentStream } from '@nova/shared/events/index';
import { limits } from '@nova/shared/limits';
import { vectorKey } from '@nova/shared/vectors';
import { contentKinds, vectorSources } from '@nova/shared/vocabulary';
import { currentState } from '../../commands/execute.ts';
import { content, ready, type VectorCounts } from '../../domain/content.ts';
import { DomainError } from '../../domain/errors.ts';
import type { EventStore } from '../../event-store/store.ts';
import type { RouteHandlers } from '../../http/api.ts';
import type { SemanticSearch } from '../../vectors/semantic-search.ts';

/** Search by words, or by similarity to an item. A search writes nothing: its few tokens are not charged. */
export function search(store: EventStore, semantic: SemanticSearch): RouteHandlers<'search'> {
  const similar = async (tenant: string, contentId: string, scope: SearchScope) => {
    const state = await currentState(store, content, contentStream(tenant, contentId));
    const { vectors } = ready(state, contentId, contentKinds, new Date());
    const keys = sampleKeys(tenant, contentId, vectors);
    const hits = keys.length > 0 && (await semantic.near(tenant, keys, { ...scope, except: contentId }));
    if (hits) return hits;
    const detail = `contentId: ${contentId} is not in the index yet; search again when GET /content/${contentId} says indexed.`;
    throw new DomainError('conflict', detail);
  };
  return {
    async search({ tenant, body }) {
      const { query, contentId, topK, perContent, filter } = body;
      const scope = { topK, perContent, ...filter };
      if (contentId !== undefined) return { results: await similar(tenant, contentId, scope) };
      return { results: await semantic.query(tenant, { ...scope, query: query ?? '' }) };
    },
  };
}

/** Keys of an item's vectors, spread evenly over all of them; at most as many as one call may name. */
function sampleKeys(tenant: string, contentId: string, counts: VectorCounts): string[] {
  const all = vectorSources.flatMap((source) =>
    Array.from({ length: counts[source] ?? 0 }, (_, place) => ({ source, place })),
  );
  const step = Math.max(1, all.length / limits.vectorsPerGet);
  const sample = all.filter((_, at) => Math.floor(at / step) > Math.floor((at - 1) / step));
  return sample.map(({ source, place }) => vectorKey(tenant, contentId, source, place));
}
