import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { versionKey } from '@nova/shared/tables';
import { ExpectedVersionConflictError, VersionAheadError } from './errors.ts';
import { isSnapshot, lastVersionOf, type Table } from './stream-items.ts';

/** At a version there can be the commit behind it, a snapshot and the commit before it. */
const itemsAtOnePlace = 3;

/**
 * Makes sure that a commit of the stream ends at a version, in one read: a commit put behind any other version would
 * leave a hole, or stand in the middle of another.
 * @throws VersionAheadError, ExpectedVersionConflictError
 */
export async function refuseUnlessReached(
  { client, name }: Table,
  pk: string,
  version: number,
): Promise<void> {
  const { Items = [] } = await client.send(
    new QueryCommand({
      TableName: name,
      KeyConditionExpression: 'pk = :pk AND sk <= :next',
      ExpressionAttributeValues: { ':pk': pk, ':next': versionKey(version + 1) },
      ProjectionExpression: 'sk, #count, commitId',
      ExpressionAttributeNames: { '#count': 'count' },
      ConsistentRead: true,
      ScanIndexForward: false,
      Limit: itemsAtOnePlace,
    }),
  );
  const last = Items.find((item) => !isSnapshot(item));
  if (last?.sk === versionKey(version + 1)) return;
  const reached = last ? lastVersionOf(last) : 0;
  if (reached < version) throw new VersionAheadError(pk, version, reached);
  if (reached > version)
    throw new ExpectedVersionConflictError(pk, version, String(last?.commitId), reached - version);
}
