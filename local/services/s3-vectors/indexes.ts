import { type Stack, StackError, type StackResource } from '../../contracts.ts';
import { blockOf, numberOf, textOf } from '../../stack/read.ts';
import { notFound, violates } from './constraints.ts';
import type { Metric } from './distance.ts';
import type { IndexDefinition } from './vector-store.ts';

/** How a request names an index: by its ARN, or by its bucket and name. */
export interface IndexAddress {
  readonly indexArn?: string | undefined;
  readonly vectorBucketName?: string | undefined;
  readonly indexName?: string | undefined;
}

export interface VectorBucket {
  readonly name: string;
  readonly arn: string;
}

/** Vector buckets and indexes of the stack. */
export class Indexes {
  readonly buckets: readonly VectorBucket[];
  readonly all: readonly IndexDefinition[];

  constructor(stack: Stack) {
    const bucketArn = (bucket: string) =>
      `arn:aws:s3vectors:${stack.region}:${stack.accountId}:bucket/${bucket}`;
    this.buckets = stack
      .of('aws_s3vectors_vector_bucket')
      .map((bucket) => textOf(bucket, 'vector_bucket_name'))
      .map((name) => ({ name, arn: bucketArn(name) }));
    this.all = stack.of('aws_s3vectors_index').map((resource) => {
      const [bucket, name] = [textOf(resource, 'vector_bucket_name'), textOf(resource, 'index_name')];
      const configuration = blockOf(resource, 'metadata_configuration') ?? {};
      return {
        bucket,
        name,
        arn: `${bucketArn(bucket)}/index/${name}`,
        dimension: numberOf(resource, 'dimension', Number.NaN),
        metric: metricOf(resource),
        nonFilterable: new Set([configuration.non_filterable_metadata_keys ?? []].flat().map(String)),
      };
    });
  }

  /** @throws ValidationException when the request names no index, NotFoundException when the index does not exist */
  find({ indexArn, vectorBucketName, indexName }: IndexAddress): IndexDefinition {
    if (indexArn === undefined && (vectorBucketName === undefined || indexName === undefined)) {
      throw violates('indexArn', 'Either indexArn or both vectorBucketName and indexName must be specified');
    }
    const found = this.all.find(({ arn, bucket, name }) =>
      indexArn === undefined ? bucket === vectorBucketName && name === indexName : arn === indexArn,
    );
    if (!found) throw notFound('index');
    return found;
  }

  /** @throws NotFoundException */
  findBucket({
    vectorBucketArn,
    vectorBucketName,
  }: {
    readonly vectorBucketArn?: string | undefined;
    readonly vectorBucketName?: string | undefined;
  }): VectorBucket {
    const found = this.buckets.find(({ arn, name }) =>
      vectorBucketArn === undefined ? name === vectorBucketName : arn === vectorBucketArn,
    );
    if (!found) throw notFound('vector bucket');
    return found;
  }
}

function metricOf(index: StackResource): Metric {
  const metric = textOf(index, 'distance_metric');
  if (metric === 'cosine' || metric === 'euclidean') return metric;
  throw new StackError(`${index.address}: distance_metric must be cosine or euclidean, not ${metric}.`);
}
