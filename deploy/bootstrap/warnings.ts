import type { LifecycleRule } from '@aws-sdk/client-s3';
import type { BucketSettings } from './read-bucket.ts';

/** Settings of a bucket that stay, although they do not suit a state: what follows from each, and what to do. */
export function warningsAbout({ hasKmsKey, lifecycle }: BucketSettings, stage: string): string[] {
  const expiring = (lifecycle.Rules ?? []).filter((rule) => expires(rule) && reaches(rule, `${stage}/`));
  return [
    ...expiring.map(
      ({ ID }) =>
        `The lifecycle rule ${ID ?? 'without an id'} deletes current objects, and so the state of stage ${stage}, with which Terraform forgets every resource: limit the rule to other prefixes, or choose another bucket with STATE_BUCKET=….`,
    ),
    ...(hasKmsKey
      ? [
          'The bucket encrypts with a KMS key, but Terraform and the rollouts ask for AES256, so that nobody needs the key: a policy that demands the key refuses them.',
        ]
      : []),
  ];
}

/** Whether a rule deletes objects that no newer version has replaced. */
const expires = ({ Status, Expiration }: LifecycleRule) =>
  Status === 'Enabled' && (Expiration?.Days !== undefined || Expiration?.Date !== undefined);

/** Whether a rule covers a prefix, in any of S3's forms. Filters by tag or size may cover the state too. */
function reaches({ Prefix, Filter }: LifecycleRule, folder: string): boolean {
  const prefix = Prefix ?? Filter?.Prefix ?? Filter?.And?.Prefix ?? '';
  return folder.startsWith(prefix) || prefix.startsWith(folder);
}
