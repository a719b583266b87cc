import { join } from 'node:path';
import * as sdk from '@aws-sdk/client-s3vectors';
import type { AwsService, Logger, Stack } from '../../contracts.ts';
import type { Operations } from '../../wire/schema/operations.ts';
import { schemaService } from '../../wire/schema/service.ts';
import { Indexes } from './indexes.ts';
import { vectorOperations } from './operations.ts';
import { VectorStore } from './vector-store.ts';

export interface S3VectorsDependencies {
  readonly stack: Stack;
  readonly dataDirectory: string;
  readonly logger: Logger;
}

/** The vector buckets and indexes of a stack: exact search, on disk and in memory. */
export function openS3Vectors({ stack, dataDirectory, logger }: S3VectorsDependencies): AwsService {
  const indexes = new Indexes(stack);
  const store = new VectorStore(join(dataDirectory, 's3vectors.db'));
  for (const index of indexes.all) {
    if (store.declare(index))
      logger.warn(`${index.arn} was replaced, as its configuration changed: it is empty now`);
  }
  const service = schemaService({
    sdk,
    client: new sdk.S3VectorsClient({ region: stack.region }),
    scopes: ['s3vectors'],
    logger,
    operations: { ...vectorOperations(indexes, store), ...catalogueOperations(indexes, store) },
  });
  return { ...service, close: async () => store.close() };
}

/** Operations that describe buckets and indexes. The stack makes them, so no operation here changes them. */
function catalogueOperations(indexes: Indexes, store: VectorStore) {
  return {
    async GetIndex(input, { caller }) {
      const index = indexes.find(input);
      caller.authorise('s3vectors:GetIndex', index.arn);
      const { bucket, name, arn, dimension, metric, nonFilterable } = index;
      return {
        index: {
          vectorBucketName: bucket,
          indexName: name,
          indexArn: arn,
          creationTime: store.created(arn),
          dataType: 'float32',
          dimension,
          distanceMetric: metric,
          ...(nonFilterable.size > 0
            ? { metadataConfiguration: { nonFilterableMetadataKeys: [...nonFilterable] } }
            : {}),
        },
      };
    },

    async ListIndexes(input, { caller }) {
      const bucket = indexes.findBucket(input);
      caller.authorise('s3vectors:ListIndexes', bucket.arn);
      const own = indexes.all.filter(
        (index) => index.bucket === bucket.name && index.name.startsWith(input.prefix ?? ''),
      );
      return {
        indexes: own.map(({ name, arn }) => ({
          vectorBucketName: bucket.name,
          indexName: name,
          indexArn: arn,
          creationTime: store.created(arn),
        })),
      };
    },

    async GetVectorBucket(input, { caller }) {
      const { name, arn } = indexes.findBucket(input);
      caller.authorise('s3vectors:GetVectorBucket', arn);
      return {
        vectorBucket: { vectorBucketName: name, vectorBucketArn: arn, creationTime: firstCreated(name) },
      };
    },

    async ListVectorBuckets({ prefix = '' }, { caller }) {
      caller.authorise('s3vectors:ListVectorBuckets', '*');
      const own = indexes.buckets.filter(({ name }) => name.startsWith(prefix));
      return {
        vectorBuckets: own.map(({ name, arn }) => ({
          vectorBucketName: name,
          vectorBucketArn: arn,
          creationTime: firstCreated(name),
        })),
      };
    },
  } satisfies Operations<typeof sdk>;

  /** A bucket is as old as its oldest index. */
  function firstCreated(bucket: string): Date {
    const times = indexes.all
      .filter((index) => index.bucket === bucket)
      .map(({ arn }) => store.created(arn).getTime());
    return new Date(Math.min(...times, Date.now()));
  }
}
