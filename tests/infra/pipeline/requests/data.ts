import type { StackResource } from '../../../../local/contracts.ts';
import { textOf } from '../../../../local/stack/read.ts';
import type { RequestsFor, RequestTable, StageRequests } from './request.ts';

const s3 = (...names: string[]) => names.map((name) => `s3:${name}`);
const bucketOf = (resource: StackResource) => `arn:aws:s3:::${textOf(resource, 'bucket')}`;

/** A setting of a bucket, which has an action to read it and actions to change it. */
const setting =
  (read: string, ...changes: string[]): RequestsFor =>
  (resource, at) => ({
    reads: at.onUntagged(bucketOf(resource), s3(read)),
    changes: at.onUntagged(bucketOf(resource), s3(...changes)),
  });

const vectorBucket = (resource: StackResource, at: StageRequests) =>
  at.arn('s3vectors', `bucket/${textOf(resource, 'vector_bucket_name')}`);
const s3vectors = (...names: string[]) => names.map((name) => `s3vectors:${name}`);

const kms = (...names: string[]) => names.map((name) => `kms:${name}`);
const key = (at: StageRequests) => at.arn('kms', 'key/00000000-0000-0000-0000-000000000000');

export const data: RequestTable = {
  aws_s3_bucket: (resource, at) => ({
    reads: at.onUntagged(
      bucketOf(resource),
      s3(
        ...['ListBucket', 'GetBucketPolicy', 'GetBucketAcl', 'GetBucketCORS', 'GetBucketWebsite'],
        ...['GetBucketVersioning', 'GetAccelerateConfiguration', 'GetBucketRequestPayment'],
        ...['GetBucketLogging', 'GetLifecycleConfiguration', 'GetReplicationConfiguration'],
        ...['GetEncryptionConfiguration', 'GetBucketObjectLockConfiguration'],
        ...['ListTagsForResource', 'GetBucketTagging'],
      ),
    ),
    changes: [
      ...at.creating(bucketOf(resource), s3('CreateBucket', 'TagResource')),
      ...at.onUntagged(bucketOf(resource), s3('PutBucketTagging', 'UntagResource', 'DeleteBucket')),
    ],
  }),
  aws_s3_bucket_cors_configuration: setting('GetBucketCORS', 'PutBucketCORS'),
  aws_s3_bucket_lifecycle_configuration: setting('GetLifecycleConfiguration', 'PutLifecycleConfiguration'),
  aws_s3_bucket_notification: setting('GetBucketNotification', 'PutBucketNotification'),
  aws_s3_bucket_ownership_controls: setting('GetBucketOwnershipControls', 'PutBucketOwnershipControls'),
  aws_s3_bucket_policy: setting('GetBucketPolicy', 'PutBucketPolicy', 'DeleteBucketPolicy'),
  aws_s3_bucket_public_access_block: setting('GetBucketPublicAccessBlock', 'PutBucketPublicAccessBlock'),
  aws_s3_bucket_server_side_encryption_configuration: setting(
    'GetEncryptionConfiguration',
    'PutEncryptionConfiguration',
  ),
  aws_s3_bucket_logging: setting('GetBucketLogging', 'PutBucketLogging'),
  aws_kms_key: (_, at) => ({
    reads: at.on(key(at), kms('DescribeKey', 'GetKeyPolicy', 'GetKeyRotationStatus', 'ListResourceTags')),
    changes: [
      ...at.creating('*', kms('CreateKey')),
      ...at.creating(key(at), kms('TagResource')),
      ...at.on(key(at), kms('EnableKeyRotation', 'UpdateKeyDescription', 'TagResource', 'UntagResource')),
      ...at.on(key(at), kms('ScheduleKeyDeletion')),
    ],
  }),
  aws_kms_alias: (resource, at) => {
    const changes = kms('CreateAlias', 'DeleteAlias');
    return {
      reads: at.onUntagged('*', kms('ListAliases')),
      changes: [
        ...at.on(key(at), changes),
        ...at.onUntagged(at.arn('kms', textOf(resource, 'name')), changes),
      ],
    };
  },
  aws_dynamodb_table: (resource, at) => {
    const arn = at.arn('dynamodb', `table/${textOf(resource, 'name')}`);
    const dynamodb = (...names: string[]) => names.map((name) => `dynamodb:${name}`);
    return {
      reads: at.on(
        arn,
        dynamodb('DescribeTable', 'DescribeContinuousBackups', 'DescribeTimeToLive', 'ListTagsOfResource'),
      ),
      changes: [
        ...at.creating(arn, dynamodb('CreateTable', 'TagResource')),
        ...at.on(arn, dynamodb('UpdateTable', 'UpdateTimeToLive', 'UpdateContinuousBackups')),
        ...at.on(arn, dynamodb('TagResource', 'UntagResource', 'DeleteTable')),
      ],
    };
  },
  aws_s3vectors_vector_bucket: (resource, at) => ({
    reads: at.on(vectorBucket(resource, at), s3vectors('GetVectorBucket', 'ListTagsForResource')),
    changes: [
      ...at.creating(vectorBucket(resource, at), s3vectors('CreateVectorBucket', 'TagResource')),
      ...at.on(vectorBucket(resource, at), s3vectors('UntagResource', 'DeleteVectorBucket')),
    ],
  }),
  aws_s3vectors_index: (resource, at) => {
    const arn = `${vectorBucket(resource, at)}/index/${textOf(resource, 'index_name')}`;
    return {
      reads: at.on(arn, s3vectors('GetIndex', 'ListTagsForResource')),
      changes: [
        ...at.creating(arn, s3vectors('CreateIndex', 'TagResource')),
        ...at.on(arn, s3vectors('UntagResource', 'DeleteIndex')),
      ],
    };
  },
};
