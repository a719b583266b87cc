import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { commitsQuarantined } from '@nova/shared/metrics';
import { type QuarantinedCommit, quarantineKey } from '@nova/shared/operations';
import { logger, metrics } from '../../../runtime/instrumentation.ts';

/** A commit that no retry can project: its place and the reason, never its data. */
export type Unprojectable = Omit<QuarantinedCommit, 'parkedAt'>;

/** Puts commits in quarantine, so that nothing else waits for them. */
export type Quarantine = (commits: readonly Unprojectable[]) => Promise<void>;

/** The quarantine in a bucket: one object a commit, the same for each of its deliveries. */
export function s3Quarantine(client: Pick<S3Client, 'send'>, bucket: string): Quarantine {
  return async (commits) => {
    await Promise.all(commits.map((commit) => putAside(client, bucket, commit)));
    if (commits.length > 0) metrics.addMetric(commitsQuarantined, MetricUnit.Count, commits.length);
  };
}

async function putAside(
  client: Pick<S3Client, 'send'>,
  bucket: string,
  commit: Unprojectable,
): Promise<void> {
  const quarantined: QuarantinedCommit = { ...commit, parkedAt: new Date().toISOString() };
  const Key = quarantineKey(commit.stream, commit.version);
  const Body = JSON.stringify(quarantined);
  await client.send(new PutObjectCommand({ Bucket: bucket, Key, Body, ContentType: 'application/json' }));
  logger.error('A commit cannot be projected and is in quarantine', { ...commit });
}
