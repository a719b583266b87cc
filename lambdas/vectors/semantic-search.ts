import type { SearchHit } from '@nova/shared/api/search';
import { limits } from '@nova/shared/limits';
import type { ContentKind, VectorSource } from '@nova/shared/vocabulary';
import type { Embedder } from '../models/embeddings.ts';
import { answerOf, setUpFaultOf } from '../models/errors.ts';
import type { Neighbour, VectorFilter, VectorIndex } from './vector-index.ts';

/** Times more passages that are asked for than are to be shown: for those that are merged, or crowd into one item. */
const doubled = 3;
const crowded = 20;

export interface SearchScope {
  /** Hits at most; {@link limits.topKDefault} when absent. */
  readonly topK?: number | undefined;
  /** Hits of one item at most. */
  readonly perContent?: number | undefined;
  readonly kinds?: readonly ContentKind[] | undefined;
  /** Look in these items only. */
  readonly contentIds?: readonly string[] | undefined;
  readonly sources?: readonly VectorSource[] | undefined;
  /** First parts of language tags. */
  readonly languages?: readonly string[] | undefined;
  readonly speakers?: readonly string[] | undefined;
  /** Seconds of a recording that a passage must touch. */
  readonly between?: { readonly from?: number | undefined; readonly to?: number | undefined } | undefined;
  /** When the item was registered; ISO 8601, UTC. */
  readonly created?:
    | { readonly after?: string | undefined; readonly before?: string | undefined }
    | undefined;
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
    // Passages about the same seconds are merged, so a few more are asked for than will be shown.
    const asked = topK * (scope.perContent ? crowded : doubled);
    const neighbours = await index.query(
      vector,
      Math.min(limits.vectorsPerQuery, asked),
      filterOf(tenant, scope),
    );
    return merge(neighbours, scope.perContent).slice(0, topK);
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
function filterOf(tenant: string, scope: SearchScope): VectorFilter {
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
 * Best first, each place once: a document may hold the same words twice, and what is said in a scene is said while it is
 * seen. The best of those that share seconds stands, with its own start.
 * @param perContent hits of one item at most
 */
function merge(neighbours: readonly Neighbour[], perContent = Number.POSITIVE_INFINITY): SearchHit[] {
  const ofItem = new Map<string, SearchHit[]>();
  const hits: SearchHit[] = [];
  for (const hit of neighbours.map(toHit).sort((a, b) => b.score - a.score)) {
    const others = ofItem.get(hit.contentId) ?? [];
    if (others.length >= perContent || others.some((other) => isSamePlace(other, hit))) continue;
    ofItem.set(hit.contentId, [...others, hit]);
    hits.push(hit);
  }
  return hits;
}

function isSamePlace(one: SearchHit, other: SearchHit): boolean {
  if (one.start === null || one.end === null || other.start === null || other.end === null) {
    return one.text === other.text;
  }
  const isOverlapping = one.start < other.end && other.start < one.end;
  return isOverlapping || (one.start === other.start && one.end === other.end);
}

function toHit({ metadata, distance }: Neighbour): SearchHit {
  const { contentId, kind, start = null, end = null, speaker, language, text } = metadata;
  // Rounding in the index may put the distance of equal vectors a hair under zero.
  const score = Math.max(-1, Math.min(1, 1 - distance));
  const heard = { ...(speaker ? { speaker } : {}), ...(language ? { language } : {}) };
  return { contentId, kind, start, end, ...heard, text, score };
}

/** Mean of vectors of one length: the direction they have in common. Never the zero vector, which has none. */
function mean(vectors: readonly (readonly number[])[]): number[] {
  const [first = []] = vectors;
  const sum = first.map((_, place) => vectors.reduce((total, vector) => total + (vector[place] ?? 0), 0));
  return sum.some((value) => value !== 0) ? sum.map((value) => value / vectors.length) : [...first];
}
