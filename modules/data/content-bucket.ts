import { S3BucketCorsConfiguration } from '@cdktf/provider-aws/lib/s3-bucket-cors-configuration/index.js';
import { S3BucketNotification } from '@cdktf/provider-aws/lib/s3-bucket-notification/index.js';
import { limits } from '@nova/shared/limits';
import { contentBucketOf } from '@nova/shared/naming';
import { Construct } from 'constructs';
import type { Settings } from '../settings.ts';
import { PrivateBucket } from './private-bucket.ts';

export interface ContentBucketProps {
  readonly settings: Settings;
  readonly accountId: string;
}

/**
 * Uploaded files and the results of jobs. The bucket is not versioned, because erased content must be gone. It sends an event
 * for each object to the account's default event bus.
 */
export class ContentBucket extends Construct {
  readonly name: string;
  readonly arn: string;

  constructor(scope: Construct, id: string, { settings, accountId }: ContentBucketProps) {
    super(scope, id);
    const bucket = new PrivateBucket(this, 'content', {
      name: contentBucketOf(settings.prefix, accountId, settings.region),
      forceDestroy: settings.protection.forceDestroy,
    });
    this.name = bucket.name;
    this.arn = bucket.arn;
    new S3BucketNotification(this, 'notification', { bucket: bucket.name, eventbridge: true });
    if (settings.browserOrigins.length > 0) {
      new S3BucketCorsConfiguration(this, 'cors', {
        bucket: bucket.name,
        corsRule: [
          {
            allowedOrigins: [...settings.browserOrigins],
            allowedMethods: ['GET', 'PUT'],
            allowedHeaders: ['*'],
            exposeHeaders: ['ETag'],
            maxAgeSeconds: limits.uploadExpirySeconds,
          },
        ],
      });
    }
  }
}
