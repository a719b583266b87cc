import {
  type CancellationReason,
  ConditionalCheckFailedException,
  TransactionCanceledException,
  TransactionConflictException,
} from '@aws-sdk/client-dynamodb';
import { PutCommand, QueryCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import type { CommitItem } from '@nova/shared/events/commit';
import { versionKey } from '@nova/shared/tables';
import { commitItem, recordedEvents, tooLarge } from './commit.ts';
import type { Encryption, KeyPut } from './encryption/encryption.ts';
import {
  ContentionError,
  type EventStore,
  ExpectedVersionConflictError,
  VersionAheadError,
} from './store.ts';
import { isSnapshot, lastVersionOf, type SeenVersions, type Table } from './stream-items.ts';

/** A second encryption finds the key that another commit has put meanwhile; further tries would not help. */
const encryptionTries = 2;

/**
 * Checks, encrypts and puts commits. An append costs one request when this process has seen the stream at the expected
 * version, and one read before it otherwise.
 */
export function appendTo(table: Table, encryption: Encryption, seen: SeenVersions): EventStore['append'] {
  return async (stream, expectedVersion, commit) => {
    const recorded = recordedEvents(stream, commit);
    let pk = '';
    for (let tries = 0; tries < encryptionTries; tries++) {
      const { events, keys } = await encryption.encrypt(stream, expectedVersion + 1, recorded);
      const item = commitItem(stream, expectedVersion, commit.commitId, events);
      pk = item.pk;
      if (!seen.has(pk, expectedVersion)) await refuseUnlessReached(table, pk, expectedVersion);
      const outcome = await putCommit(table, item, keys).catch((error) => {
        rememberVersion(seen, pk, error);
        throw error;
      });
      if (outcome === 'key-taken') continue;
      if (outcome === 'put') encryption.keysStored(keys);
      const version = expectedVersion + commit.events.length;
      seen.add(pk, version);
      return version;
    }
    throw new ContentionError(pk, expectedVersion, new Error('Its key was taken each time'));
  };
}

/** A refusal says where the stream ends: the next append there needs no read. */
function rememberVersion(seen: SeenVersions, pk: string, refusal: unknown): void {
  if (refusal instanceof ExpectedVersionConflictError) seen.add(pk, refusal.version);
  if (refusal instanceof ContentionError) seen.add(pk, refusal.expectedVersion);
}

/** Items around a version: the commit after it, a snapshot and the commit before it. */
const itemsAtOnePlace = 3;

/**
 * Makes sure, in one read, that a commit of the stream ends at a version: a commit after any other version would leave a
 * hole, or overlap another commit.
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

/** `there`: an earlier try succeeded and only its answer was lost. `key-taken`: nothing was put, encrypt again. */
export type PutOutcome = 'put' | 'there' | 'key-taken';

/**
 * Puts a commit at a free version, together with the keys that it is the first to need, in one request.
 * @throws ExpectedVersionConflictError when another commit is there, which the same response contains
 */
export async function putCommit(
  { client, name }: Table,
  item: CommitItem,
  keys: readonly KeyPut[],
): Promise<PutOutcome> {
  const put = {
    TableName: name,
    Item: item,
    ConditionExpression: 'attribute_not_exists(pk)',
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  } as const;
  const puts = [put, ...keys].map((Put) => ({ Put }));
  const command = keys.length === 0 ? new PutCommand(put) : new TransactWriteCommand({ TransactItems: puts });
  try {
    await client.send(command as PutCommand);
    return 'put';
  } catch (error) {
    return outcomeOfError(error, item);
  }
}

function outcomeOfError(error: unknown, item: CommitItem): PutOutcome {
  if (error instanceof ConditionalCheckFailedException) return commitInPlace(error.Item, item, error);
  if (error instanceof TransactionConflictException) throw contention(item, error);
  if (error instanceof TransactionCanceledException) return cancelled(error, item);
  // DynamoDB's own count of a number's bytes is documented as approximate only.
  if (/Item size has exceeded/i.test((error as Error).message)) throw tooLarge(item, 'Too many bytes');
  throw error;
}

/** Reasons for which DynamoDB cancels a transaction that it may accept a moment later. */
const passing = new Set(['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded']);

/** Reasons are in the order of the puts, so the first is the commit's. */
function cancelled(error: TransactionCanceledException, item: CommitItem): PutOutcome {
  const [ofCommit, ...ofKeys] = error.CancellationReasons ?? [];
  if (ofCommit?.Code === refused) return commitInPlace(ofCommit.Item, item, error);
  const others = [ofCommit, ...ofKeys].filter((reason) => reason && !isPlain(reason));
  if (others.some((reason) => !passing.has(reason?.Code ?? ''))) throw error;
  if (others.length > 0) throw contention(item, error);
  if (ofKeys.some(({ Code }) => Code === refused)) return 'key-taken';
  throw error;
}

const refused = 'ConditionalCheckFailed';
const isPlain = ({ Code = 'None' }: CancellationReason) => Code === 'None' || Code === refused;

/** @param there the commit in the item's place, from DynamoDB's response */
function commitInPlace(there: CancellationReason['Item'], item: CommitItem, cause: unknown): 'there' {
  const winner = there?.commitId?.S;
  if (winner === item.commitId) return 'there';
  if (winner === undefined) throw contention(item, cause);
  throw new ExpectedVersionConflictError(item.pk, Number(item.sk) - 1, winner, Number(there?.count?.N));
}

const contention = ({ pk, sk }: CommitItem, cause: unknown) => new ContentionError(pk, Number(sk) - 1, cause);
