import { S3Bucket } from '@cdktf/provider-aws/lib/s3-bucket/index.js';
import {
  S3BucketLifecycleConfiguration,
  type S3BucketLifecycleConfigurationRule,
} from '@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration/index.js';
import { S3BucketOwnershipControls } from '@cdktf/provider-aws/lib/s3-bucket-ownership-controls/index.js';
import { S3BucketPolicy } from '@cdktf/provider-aws/lib/s3-bucket-policy/index.js';
import { S3BucketPublicAccessBlock } from '@cdktf/provider-aws/lib/s3-bucket-public-access-block/index.js';
import { S3BucketServerSideEncryptionConfigurationA } from '@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration/index.js';
import { Construct } from 'constructs';
import { onlyWithTls, policyJson, type Statement } from '../iam/policy.ts';

export interface PrivateBucketProps {
  /** Unique across all of S3. */
  readonly name: string;
  readonly forceDestroy: boolean;
  /** Statements of the bucket's policy beside the one that demands TLS; none by default. */
  readonly statements?: (arn: string) => readonly Statement[];
  /** Days after which objects are deleted; never by default. */
  readonly expiresAfter?: number;
}

/** A bucket that is private, encrypted, owned by the account and accessible only over TLS. */
export class PrivateBucket extends Construct {
  readonly name: string;
  readonly arn: string;

  constructor(
    scope: Construct,
    id: string,
    { name, forceDestroy, statements, expiresAfter }: PrivateBucketProps,
  ) {
    super(scope, id);
    const { bucket, arn } = new S3Bucket(this, 'bucket', { bucket: name, forceDestroy });
    this.name = bucket;
    this.arn = arn;
    const wall = new S3BucketPublicAccessBlock(this, 'wall', {
      bucket,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    new S3BucketOwnershipControls(this, 'ownership', {
      bucket,
      rule: { objectOwnership: 'BucketOwnerEnforced' },
    });
    new S3BucketServerSideEncryptionConfigurationA(this, 'encryption', {
      bucket,
      rule: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: 'AES256' } }],
    });
    // S3 refuses simultaneous changes of a bucket's policy and its public access block.
    new S3BucketPolicy(this, 'policy', {
      bucket,
      policy: policyJson([onlyWithTls(['s3:*'], [arn, `${arn}/*`]), ...(statements?.(arn) ?? [])]),
      dependsOn: [wall],
    });
    new S3BucketLifecycleConfiguration(this, 'lifecycle', {
      bucket,
      rule: expiresAfter === undefined ? lifecycle : [...lifecycle, expiry(expiresAfter)],
    });
  }
}

/** Parts of an unfinished upload are billed but not listed. */
const lifecycle: S3BucketLifecycleConfigurationRule[] = [
  {
    id: 'abort-unfinished-uploads',
    status: 'Enabled',
    filter: [{ prefix: '' }],
    abortIncompleteMultipartUpload: [{ daysAfterInitiation: 1 }],
  },
];

const expiry = (days: number): S3BucketLifecycleConfigurationRule => ({
  id: 'expire',
  status: 'Enabled',
  filter: [{ prefix: '' }],
  expiration: [{ days }],
});
