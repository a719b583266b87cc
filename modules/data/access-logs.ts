import { S3BucketLoggingA } from '@cdktf/provider-aws/lib/s3-bucket-logging/index.js';
import { accessLogsBucketOf } from '@nova/shared/naming';
import { Construct } from 'constructs';
import type { Settings } from '../settings.ts';
import { PrivateBucket } from './private-bucket.ts';

export interface AccessLogsProps {
  readonly settings: Settings;
  readonly accountId: string;
  /** The buckets whose access is logged, by the prefix of their logs. */
  readonly logged: Readonly<Record<string, { readonly name: string; readonly arn: string }>>;
}

/**
 * S3's access logs of the stage's buckets, delivered on a best-effort basis, into a bucket of their own. They name keys, and
 * so tenants, but no content. Source: Amazon S3 guide, "Logging requests with server access logging".
 */
export class AccessLogs extends Construct {
  constructor(scope: Construct, id: string, { settings, accountId, logged }: AccessLogsProps) {
    super(scope, id);
    const { prefix, region, retention, protection } = settings;
    const logs = new PrivateBucket(this, 'logs', {
      name: accessLogsBucketOf(prefix, accountId, region),
      forceDestroy: protection.forceDestroy,
      expiresAfter: retention.logs,
      statements: (arn) => [
        {
          sid: 'S3DeliversAccessLogs',
          principal: { Service: 'logging.s3.amazonaws.com' },
          actions: ['s3:PutObject'],
          resources: [`${arn}/*`],
          conditions: {
            StringEquals: { 'aws:SourceAccount': accountId },
            ArnLike: { 'aws:SourceArn': Object.values(logged).map((bucket) => bucket.arn) },
          },
        },
      ],
    });
    for (const [name, bucket] of Object.entries(logged)) {
      new S3BucketLoggingA(this, name, {
        bucket: bucket.name,
        targetBucket: logs.name,
        targetPrefix: `${name}/`,
      });
    }
  }
}
