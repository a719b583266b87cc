import { documentPlaceOf } from '@nova/shared/api/place';
import type { SearchHit, SearchScope } from '@nova/shared/api/search';
import { limits } from '@nova/shared/limits';
import type { Embedder } from '../models/embeddings.ts';
import { answerOf, setUpFaultOf } from '../models/errors.ts';
import type { Neighbour, VectorFilter, VectorIndex } from './vector-index.ts';

/** Factors by which more passages are queried than shown: some are merged, and with `perContent` many may be of one item. */
const mergedFactor = 3;
const perContentFactor = 20;

export interface SemanticSearch {
  /**
   * Passages of the tenant's content that are close to a query in meaning, best first.
   * @throws DomainError `model-unavailable` when the model is not set up, or when the model or the index is too busy after
   *   the SDK's retries
   */
  query(tenant: string, search: SearchScope & { readonly query: string }): Promise<SearchHit[]>;
  /**
   * Passages close to vectors of the index: those similar to an item.
   * @param keys of the vectors; those that do not exist are ignored
   * @returns undefined when none of them exists
   * @throws DomainError `model-unavailable`
   */
  near(tenant: string, keys: readonly string[], scope: SearchScope): Promise<SearchHit[] | undefined>;
}

export interface SearchDependencies {
  readonly embedder: Embedder;
  readonly index: VectorIndex;
}

/** Search by meaning over one index, for one tenant at a time. */
export function semanticSearch({ embedder, index }: SearchDependencies): SemanticSearch {
  const hitsNear = async (tenant: string, vector: readonly number[], scope: SearchScope) => {
    const topK = scope.topK ?? limits.topKDefault;
    const wanted = topK * (scope.perContent ? perContentFactor : mergedFactor);
    const neighbours = await index.query(
      vector,
      Math.min(limits.vectorsPerQuery, wanted),
      vectorFilter(tenant, scope),
    );
    return merge(neighbours, scope.perContent).slice(0, topK);
  };
  return {
    query: (tenant, search) =>
      withCallerErrors(async () => {
        const { vector } = await embedder.embed({ text: search.query }, 'GENERIC_RETRIEVAL').catch(notSetUp);
        return hitsNear(tenant, vector, search);
      }),
    near: (tenant, keys, scope) =>
      withCallerErrors(async () => {
        const vectors = await index.numbers(keys.slice(0, limits.vectorsPerGet));
        return vectors.length === 0 ? undefined : hitsNear(tenant, mean(vectors), scope);
      }),
  };
}

async function withCallerErrors<T>(search: () => Promise<T>): Promise<T> {
  try {
    return await search();
  } catch (error) {
    throw answerOf(error, 'The search');
  }
}

/** The model accepts any text of a query, so a refusal is a fault of the set-up. */
function notSetUp(error: unknown): never {
  throw setUpFaultOf(error, 'EMBEDDING_MODEL_ID');
}

/** Every filter begins with the tenant. */
function vectorFilter(tenant: string, scope: SearchScope): VectorFilter {
  const { kinds, contentIds, sources, languages, speakers, between, created, except } = scope;
  const conditions: VectorFilter[] = [{ tenant: { $eq: tenant } }];
  if (kinds) conditions.push({ kind: { $in: kinds } });
  if (sources) conditions.push({ source: { $in: sources } });
  if (contentIds) conditions.push({ contentId: { $in: contentIds } });
  if (languages) conditions.push({ language: { $in: languages } });
  if (speakers) conditions.push({ speaker: { $in: speakers } });
  if (between?.from !== undefined) conditions.push({ end: { $gte: between.from } });
  if (between?.to !== undefined) conditions.push({ start: { $lte: between.to } });
  if (created?.after) conditions.push({ createdAt: { $gte: Date.parse(created.after) } });
  if (created?.before) conditions.push({ createdAt: { $lte: Date.parse(created.before) } });
  if (except) conditions.push({ contentId: { $ne: except } });
  return { $and: conditions };
}

/**
 * Best first, each passage once: a document may hold the same words twice, and speech and scenes overlap in time. Of hits that
 * share seconds the best is kept, with its own start.
 * @param perContent hits of one item at most
 */
function merge(neighbours: readonly Neighbour[], perContent = Number.POSITIVE_INFINITY): SearchHit[] {
  const ofItem = new Map<string, SearchHit[]>();
  const hits: SearchHit[] = [];
  for (const hit of neighbours.map(toHit).sort((a, b) => b.score - a.score)) {
    const others = ofItem.get(hit.contentId) ?? [];
    if (others.length >= perContent || others.some((other) => isSamePassage(other, hit))) continue;
    ofItem.set(hit.contentId, [...others, hit]);
    hits.push(hit);
  }
  return hits;
}

function isSamePassage(one: SearchHit, other: SearchHit): boolean {
  if (one.start === null || one.end === null || other.start === null || other.end === null) {
    return one.text === other.text;
  }
  const isOverlapping = one.start < other.end && other.start < one.end;
  return isOverlapping || (one.start === other.start && one.end === other.end);
}

function toHit({ metadata, distance }: Neighbour): SearchHit {
  const { contentId, kind, start = null, end = null, speaker, language, text } = metadata;
  // Rounding in the index may make the distance of equal vectors slightly negative.
  const score = Math.max(-1, Math.min(1, 1 - distance));
  const speech = { ...(speaker ? { speaker } : {}), ...(language ? { language } : {}) };
  return { contentId, kind, start, end, ...documentPlaceOf(metadata), ...speech, text, score };
}

/** Mean of vectors of one length: their common direction. Never the zero vector, which has no direction. */
function mean(vectors: readonly (readonly number[])[]): number[] {
  const [first = []] = vectors;
  const sum = first.map((_, place) => vectors.reduce((total, vector) => total + (vector[place] ?? 0), 0));
  return sum.some((value) => value !== 0) ? sum.map((value) => value / vectors.length) : [...first];
}
