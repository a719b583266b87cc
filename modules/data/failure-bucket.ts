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
 * Failed stream records and quarantined commits. Lambda writes whole records that a function could not process, beyond the
 * stream's own 24 hours; the projector quarantines commits that no retry can project. Nothing expires: an event that was
 * never published would be lost, and the event of a deletion is what erases files.
 */
export class FailureBucket extends Construct {
  readonly arn: string;
  readonly name: string;
  /** ARN of the prefix that Lambda writes under. Source: Lambda guide, "Retain discarded records for a DynamoDB event source". */
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
