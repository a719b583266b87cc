import type { SearchHit } from '@nova/shared/api/search';
import { limits } from '@nova/shared/limits';
import type { ContentKind } from '@nova/shared/vocabulary';
import { answerOf, setUpFaultOf } from '../models/errors.ts';
import type { Embedder } from './embeddings.ts';
import type { Neighbour, VectorFilter, VectorIndex } from './vector-index.ts';

export interface SearchScope {
  /** Hits at most; {@link limits.topKDefault} when absent. */
  readonly topK?: number | undefined;
  readonly kinds?: readonly ContentKind[] | undefined;
  /** Look in these items only. */
  readonly contentIds?: readonly string[] | undefined;
  /** Leave this item out. */
  readonly except?: string | undefined;
}

export interface SemanticSearch {
  /**
   * Passages of the tenant's content that are near a query in meaning, best first.
   * @throws DomainError `model-unavailable` when the model is not set up, or it or the index is too busy, after the
   *   SDK's retries
   */
  query(tenant: string, search: SearchScope & { readonly query: string }): Promise<SearchHit[]>;
  /**
   * Passages near vectors the index holds already: what resembles an item.
   * @param keys of the vectors; those that do not exist are passed over
   * @returns undefined when none of them exists
   * @throws DomainError `model-unavailable`
   */
  near(tenant: string, keys: readonly string[], scope: SearchScope): Promise<SearchHit[] | undefined>;
}

/** Search by meaning over one index, for one tenant at a time. */
export function semanticSearch({
  embedder,
  index,
}: {
  readonly embedder: Embedder;
  readonly index: VectorIndex;
}): SemanticSearch {
  const hitsNear = async (tenant: string, vector: readonly number[], scope: SearchScope) => {
    const topK = scope.topK ?? limits.topKDefault;
    // Passages that say the same are merged, so a few more are asked for than will be shown.
    const asked = Math.min(limits.topKMax, topK * 2);
    return merge(await index.query(vector, asked, filterOf(tenant, scope))).slice(0, topK);
  };
  return {
    query: (tenant, search) =>
      answered(async () => {
        const { vector } = await embedder.embed({ text: search.query }, 'GENERIC_RETRIEVAL').catch(notSetUp);
        return hitsNear(tenant, vector, search);
      }),
    near: (tenant, keys, scope) =>
      answered(async () => {
        const vectors = await index.numbers(keys.slice(0, limits.vectorsPerGet));
        return vectors.length === 0 ? undefined : hitsNear(tenant, mean(vectors), scope);
      }),
  };
}

async function answered<T>(search: () => Promise<T>): Promise<T> {
  try {
    return await search();
  } catch (error) {
    throw answerOf(error, 'The search');
  }
}

/** Any text of a query is one the model takes, so a refusal is about the set-up. */
function notSetUp(error: unknown): never {
  throw setUpFaultOf(error, 'EMBEDDING_MODEL_ID');
}

/** The tenant is part of every filter: no search leaves it out. */
function filterOf(tenant: string, { kinds, contentIds, except }: SearchScope): VectorFilter {
  const conditions: VectorFilter[] = [{ tenant: { $eq: tenant } }];
  if (kinds) conditions.push({ kind: { $in: kinds } });
  if (contentIds) conditions.push({ contentId: { $in: contentIds } });
  if (except) conditions.push({ contentId: { $ne: except } });
  return { $and: conditions };
}

/** Best first, each passage once: a document may hold the same words twice. */
function merge(neighbours: readonly Neighbour[]): SearchHit[] {
  const hits = new Map<string, SearchHit>();
  for (const neighbour of neighbours) {
    const hit = toHit(neighbour);
    const passage = JSON.stringify([hit.contentId, hit.start, hit.end, hit.text]);
    const known = hits.get(passage);
    if (!known || known.score < hit.score) hits.set(passage, hit);
  }
  return [...hits.values()].sort((a, b) => b.score - a.score);
}

function toHit({ metadata, distance }: Neighbour): SearchHit {
  const { contentId, kind, start = null, end = null, text } = metadata;
  // Rounding in the index may put the distance of equal vectors a hair under zero.
  const score = Math.max(-1, Math.min(1, 1 - distance));
  return { contentId, kind, start, end, text, score };
}

/** Mean of vectors of one length: the direction they have in common. Never the zero vector, which has none. */
function mean(vectors: readonly (readonly number[])[]): number[] {
  const [first = []] = vectors;
  const sum = first.map((_, place) => vectors.reduce((total, vector) => total + (vector[place] ?? 0), 0));
  return sum.some((value) => value !== 0) ? sum.map((value) => value / vectors.length) : [...first];
}
