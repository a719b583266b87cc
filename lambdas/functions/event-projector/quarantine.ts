import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { commitsParked } from '@nova/shared/metrics';
import { type ParkedCommit, parkedKey } from '@nova/shared/operations';
import { logger, metrics } from '../../runtime/instrumentation.ts';

/** A commit that no retry can project: which, and why; never what it says. */
export type Unprojectable = Omit<ParkedCommit, 'parkedAt'>;

/** Puts commits aside, so that nothing else waits for them. */
export type Park = (commits: readonly Unprojectable[]) => Promise<void>;

/** The car park in a bucket: an object a commit, the same for each of its deliveries. */
export function carPark(client: Pick<S3Client, 'send'>, bucket: string): Park {
  return async (commits) => {
    await Promise.all(commits.map((commit) => park(client, bucket, commit)));
    if (commits.length > 0) metrics.addMetric(commitsParked, MetricUnit.Count, commits.length);
  };
}

async function park(client: Pick<S3Client, 'send'>, bucket: string, commit: Unprojectable): Promise<void> {
  const parked: ParkedCommit = { ...commit, parkedAt: new Date().toISOString() };
  const Key = parkedKey(commit.stream, commit.version);
  const Body = JSON.stringify(parked);
  await client.send(new PutObjectCommand({ Bucket: bucket, Key, Body, ContentType: 'application/json' }));
  logger.error('A commit cannot be projected and was parked', { ...commit });
}
