import { createHash } from 'node:crypto';
import type * as sdk from '@aws-sdk/client-s3vectors';
import type { Caller } from '../../contracts.ts';
import type { Operations } from '../../wire/schema/operations.ts';
import { limits, violates } from './constraints.ts';
import { parseFilter } from './filter.ts';
import type { Indexes } from './indexes.ts';
import type { IndexDefinition, StoredVector, VectorStore } from './vector-store.ts';
import { checkKeys, checkQueryVector, checkRange, checkVectors } from './vectors.ts';

/** Operations on vectors. */
export function vectorOperations(indexes: Indexes, store: VectorStore) {
  return {
    async PutVectors(input, { caller }) {
      const index = indexes.find(input);
      caller.authorise('s3vectors:PutVectors', index.arn);
      store.put(index, checkVectors(index, input.vectors));
      return {};
    },

    async DeleteVectors(input, { caller }) {
      const index = indexes.find(input);
      caller.authorise('s3vectors:DeleteVectors', index.arn);
      store.delete(index, checkKeys(input.keys, limits.vectorsPerWrite));
      return {};
    },

    async GetVectors(input, { caller }) {
      const index = indexes.find(input);
      caller.authorise('s3vectors:GetVectors', index.arn);
      const found = store.get(index, checkKeys(input.keys, limits.vectorsPerGet));
      return { vectors: found.map((vector) => outputVector(vector, input)) };
    },

    async ListVectors(input, { caller }) {
      const index = indexes.find(input);
      caller.authorise('s3vectors:ListVectors', index.arn);
      allowReading(caller, index, input.returnData, input.returnMetadata);
      checkRange('maxResults', input.maxResults, limits.vectorsPerList);
      const inSegment = segmentOf(input);
      const page: StoredVector[] = [];
      for (const vector of store.list(index, fromToken(input.nextToken) ?? '')) {
        if (!inSegment(vector.key)) continue;
        if (page.length === (input.maxResults ?? limits.vectorsPerList)) {
          return {
            vectors: page.map((one) => outputVector(one, input)),
            nextToken: toToken(page.at(-1)?.key ?? ''),
          };
        }
        page.push(vector);
      }
      return { vectors: page.map((one) => outputVector(one, input)) };
    },

    async QueryVectors(input, { caller }) {
      const index = indexes.find(input);
      caller.authorise('s3vectors:QueryVectors', index.arn);
      allowReading(caller, index, input.filter, input.returnMetadata);
      checkRange('topK', input.topK, limits.topK);
      const vector = checkQueryVector(index, input.queryVector);
      const filter = input.filter === undefined ? undefined : parseFilter(input.filter, index.nonFilterable);
      const start = Number(fromToken(input.nextToken) ?? 0);
      if (!Number.isSafeInteger(start))
        throw violates('nextToken', 'Member must be a token this query has given');
      const hits = store.memory(index).query(vector, input.topK ?? 0, filter);
      const end = start + limits.queryPage;
      return {
        vectors: hits.slice(start, end).map(({ key, distance, metadata }) => ({
          key,
          ...(input.returnDistance ? { distance } : {}),
          ...(input.returnMetadata ? { metadata: metadata as sdk.QueryOutputVector['metadata'] } : {}),
        })),
        distanceMetric: index.metric,
        ...(end < hits.length ? { nextToken: toToken(String(end)) } : {}),
      };
    },
  } satisfies Operations<typeof sdk>;
}

/** Reading data or metadata, or filtering by it, needs `s3vectors:GetVectors` (S3 user guide, "IAM for S3 Vectors"). */
function allowReading(caller: Caller, { arn }: IndexDefinition, ...requested: unknown[]): void {
  if (requested.some((one) => one !== undefined && one !== false))
    caller.authorise('s3vectors:GetVectors', arn);
}

const outputVector = (
  { key, data, metadata }: StoredVector,
  {
    returnData,
    returnMetadata,
  }: { readonly returnData?: boolean | undefined; readonly returnMetadata?: boolean | undefined },
) => ({
  key,
  ...(returnData ? { data: { float32: Array.from(data) } } : {}),
  ...(returnMetadata ? { metadata: metadata as sdk.GetOutputVector['metadata'] } : {}),
});

/** Selects the keys of a segment in a parallel listing. */
function segmentOf({ segmentCount, segmentIndex }: sdk.ListVectorsInput): (key: string) => boolean {
  if (segmentCount === undefined && segmentIndex === undefined) return () => true;
  checkRange('segmentCount', segmentCount, limits.listSegments);
  if (
    segmentCount === undefined ||
    segmentIndex === undefined ||
    !(segmentIndex >= 0 && segmentIndex < segmentCount)
  ) {
    throw violates('segmentIndex', 'Member must be given with segmentCount and be less than it');
  }
  return (key) => createHash('sha256').update(key).digest().readUInt32BE() % segmentCount === segmentIndex;
}

const toToken = (position: string) => Buffer.from(position).toString('base64url');
const fromToken = (token: string | undefined) =>
  token === undefined ? undefined : Buffer.from(token, 'base64url').toString();
