import {
  DeleteVectorsCommand,
  GetVectorsCommand,
  PutVectorsCommand,
  QueryVectorsCommand,
  S3VectorsClient,
} from '@aws-sdk/client-s3vectors';
import { limits } from '@nova/shared/limits';
import { VectorMetadata } from '@nova/shared/vectors';
import * as z from 'zod';
import { batches } from '../runtime/batches.ts';
import { timeLimits } from '../runtime/clients.ts';
import { tracer } from '../runtime/instrumentation.ts';

export interface IndexedVector {
  readonly key: string;
  readonly vector: readonly number[];
  readonly metadata: VectorMetadata;
}

/** A vector close to the queried one. */
export interface Neighbour {
  readonly key: string;
  readonly metadata: VectorMetadata;
  /** Cosine distance, 0 to 2. */
  readonly distance: number;
}

/** A metadata filter in the grammar of S3 Vectors: `{tenant: {$eq: '…'}}`, `{$and: […]}`. */
export type VectorFilter = { readonly [key: string]: VectorFilter | readonly VectorFilter[] | Operand };
type Operand = string | number | readonly string[];

/** The vector index. */
export interface VectorIndex {
  /** Writes vectors; one with an existing key is replaced. */
  put(vectors: readonly IndexedVector[], signal?: AbortSignal): Promise<void>;
  /** The nearest vectors that match the filter, nearest first. */
  query(vector: readonly number[], topK: number, filter: VectorFilter): Promise<Neighbour[]>;
  /** The numbers of the vectors that exist; at most {@link limits.vectorsPerGet} keys. */
  numbers(keys: readonly string[]): Promise<number[][]>;
  /** The metadata of the vectors that exist, by key; at most {@link limits.vectorsPerGet} keys. */
  metadata(keys: readonly string[], signal?: AbortSignal): Promise<ReadonlyMap<string, VectorMetadata>>;
  /** Deletes vectors; keys that do not exist are no error. */
  delete(keys: readonly string[], signal?: AbortSignal): Promise<void>;
}

/** The S3 Vectors client, traced. */
export function vectorsClient(): S3VectorsClient {
  return tracer.captureAWSv3Client(
    new S3VectorsClient({ requestHandler: timeLimits(10_000), maxAttempts: 4 }),
  );
}

/** The vector index on S3 Vectors. */
export function s3VectorIndex(client: S3VectorsClient, bucket: string, index: string): VectorIndex {
  const where = { vectorBucketName: bucket, indexName: index };
  return {
    async put(vectors, signal) {
      for (const batch of batches(vectors, limits.vectorsPerCall, limits.vectorPayloadBytes, wireBytes)) {
        const command = new PutVectorsCommand({ ...where, vectors: batch.map(toWire) });
        await client.send(command, options(signal));
      }
    },

    async query(vector, topK, filter) {
      const neighbours: Neighbour[] = [];
      let nextToken: string | undefined;
      do {
        const page = await client.send(
          new QueryVectorsCommand({
            ...where,
            topK,
            queryVector: { float32: [...vector] },
            filter: filter as QueryFilter,
            returnMetadata: true,
            returnDistance: true,
            nextToken,
          }),
        );
        for (const found of page.vectors ?? []) neighbours.push(Found.parse(found));
        nextToken = page.nextToken;
      } while (nextToken && neighbours.length < topK);
      return neighbours.slice(0, topK);
    },

    async numbers(keys) {
      const { vectors } = await client.send(
        new GetVectorsCommand({ ...where, keys: [...keys], returnData: true }),
      );
      return (vectors ?? []).flatMap(({ data }) => (data?.float32 ? [data.float32] : []));
    },

    async metadata(keys, signal) {
      const command = new GetVectorsCommand({ ...where, keys: [...keys], returnMetadata: true });
      const { vectors } = await client.send(command, options(signal));
      return new Map((vectors ?? []).map((found) => [found.key ?? '', VectorMetadata.parse(found.metadata)]));
    },

    async delete(keys, signal) {
      for (const batch of batches(keys, limits.vectorsPerCall)) {
        await client.send(new DeleteVectorsCommand({ ...where, keys: batch }), options(signal));
      }
    },
  };
}

type QueryFilter = ConstructorParameters<typeof QueryVectorsCommand>[0]['filter'];

/** The index holds only vectors of this platform; anything else is an error, not a hit. */
const Found = z.object({ key: z.string(), distance: z.number(), metadata: VectorMetadata });

const options = (signal: AbortSignal | undefined) => (signal ? { abortSignal: signal } : {});

const toWire = ({ key, vector, metadata }: IndexedVector) => ({
  key,
  data: { float32: [...vector] },
  metadata: { ...metadata },
});

/** Most characters of a number in JSON: sign, digits, exponent and comma of a 64-bit float. */
const numberBytes = 25;

/** Bytes of a vector in a request, at most. */
const wireBytes = ({ key, vector, metadata }: IndexedVector) =>
  numberBytes * vector.length + Buffer.byteLength(JSON.stringify({ key, metadata }));
