import { type DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import type { StreamId } from '@nova/shared/events/index';
import { eventId } from '@nova/shared/tables';

/** The position of a commit in the store, whatever it contains. */
export interface StoredCommit {
  /** Key of its stream. */
  readonly stream: string;
  /** Version of its first event. */
  readonly version: number;
  readonly count: number;
  readonly commitId: string;
}

/** Every commit of the store, by the key of its stream and in order. Other items are left out. */
export async function storedCommits(
  client: DynamoDBDocumentClient,
  table: string,
): Promise<ReadonlyMap<string, readonly StoredCommit[]>> {
  const commits: StoredCommit[] = [];
  const pages = paginateScan(
    { client },
    {
      TableName: table,
      ConsistentRead: true,
      ProjectionExpression: 'pk, sk, #count, commitId',
      ExpressionAttributeNames: { '#count': 'count' },
    },
  );
  for await (const { Items = [] } of pages) {
    for (const { pk, sk, count, commitId } of Items) {
      if (!/^\d+$/.test(sk)) continue;
      commits.push({ stream: pk, version: Number(sk), count: Number(count), commitId });
    }
  }
  commits.sort((a, b) => a.version - b.version);
  return Map.groupBy(commits, ({ stream }) => stream);
}

export function parseStream(key: string): StreamId {
  const [tenant = '', aggregate, id = ''] = key.split('#');
  return { tenant, aggregate: aggregate as StreamId['aggregate'], id };
}

/** Ids of the events of a commit. */
export const idsOf = ({ stream, version, count }: StoredCommit): string[] =>
  Array.from({ length: count }, (_, place) => eventId(parseStream(stream), version + place));

/** The position of a commit, for people. */
export const describePlace = ({ stream, version, count }: StoredCommit) =>
  `${stream}@${version} (${count} events)`;
