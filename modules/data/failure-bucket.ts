import { failureBucketOf } from '@nova/shared/naming';
import { discardedPrefix, quarantinePrefix } from '@nova/shared/operations';
import { Construct } from 'constructs';
import type { Settings } from '../settings.ts';
import { PrivateBucket } from './private-bucket.ts';

export interface FailureBucketProps {
  readonly settings: Settings;
  readonly accountId: string;
}

/**
 * Where Lambda writes the stream records a function could not take, whole, past the stream's own 24 hours; and where
 * the projector puts commits aside that no retry could help. Nothing expires: with an event that nobody was told of, its
 * only publication would be lost, and that of a deletion is what erases files.
 */
export class FailureBucket extends Construct {
  readonly arn: string;
  readonly name: string;
  /** The prefix Lambda writes under. Source: Lambda guide, "Retain discarded records for a DynamoDB event source". */
  readonly recordsArn: string;
  readonly quarantineArn: string;

  constructor(scope: Construct, id: string, { settings, accountId }: FailureBucketProps) {
    super(scope, id);
    const bucket = new PrivateBucket(this, 'failures', {
      name: failureBucketOf(settings.prefix, accountId, settings.region),
      forceDestroy: settings.protection.forceDestroy,
    });
    this.arn = bucket.arn;
    this.name = bucket.name;
    this.recordsArn = `${bucket.arn}/${discardedPrefix}*`;
    this.quarantineArn = `${bucket.arn}/${quarantinePrefix}*`;
  }
}
