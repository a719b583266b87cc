import { S3VectorsIndex } from '@cdktf/provider-aws/lib/s3vectors-index/index.js';
import { S3VectorsVectorBucket } from '@cdktf/provider-aws/lib/s3vectors-vector-bucket/index.js';
import { vectorBucketOf } from '@nova/shared/naming';
import { vectorIndex } from '@nova/shared/vectors';
import { Construct } from 'constructs';
import type { Settings } from '../settings.ts';

/** The vector bucket and its one index. Vector buckets are always private and encrypted. */
export class VectorStore extends Construct {
  readonly bucketName: string;
  readonly indexName: string;
  readonly indexArn: string;

  constructor(scope: Construct, id: string, { prefix, protection }: Settings) {
    super(scope, id);
    const bucket = new S3VectorsVectorBucket(this, 'bucket', {
      vectorBucketName: vectorBucketOf(prefix),
      forceDestroy: protection.forceDestroy,
    });
    const index = new S3VectorsIndex(this, 'index', {
      vectorBucketName: bucket.vectorBucketName,
      indexName: `${prefix}-content`,
      dimension: vectorIndex.dimension,
      distanceMetric: vectorIndex.distanceMetric,
      dataType: vectorIndex.dataType,
    });
    // The bindings do not have this argument yet.
    index.addOverride('metadata_configuration', [
      { non_filterable_metadata_keys: vectorIndex.nonFilterable },
    ]);
    this.bucketName = bucket.vectorBucketName;
    this.indexName = index.indexName;
    this.indexArn = index.indexArn;
  }
}
