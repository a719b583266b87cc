import {
  type CancellationReason,
  ConditionalCheckFailedException,
  TransactionCanceledException,
  TransactionConflictException,
} from '@aws-sdk/client-dynamodb';
import { PutCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import type { CommitItem } from '@nova/shared/events/commit';
import type { KeyPut } from './encryption/encryption.ts';
import { ContentionError, ExpectedVersionConflictError } from './errors.ts';
import { tooLarge } from './commit.ts';
import type { Table } from './stream-items.ts';

/** `there`: an earlier try had succeeded and only its answer was lost. `key-taken`: nothing was put, seal again. */
export type PutOutcome = 'put' | 'there' | 'key-taken';

/**
 * Puts a commit where none is, together with the keys it is the first to need, in one request.
 * @throws ExpectedVersionConflictError when another commit is there, by the same answer
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
    return outcomeOf(error, item);
  }
}

function outcomeOf(error: unknown, item: CommitItem): PutOutcome {
  if (error instanceof ConditionalCheckFailedException) return metAnother(error.Item, item, error);
  if (error instanceof TransactionConflictException) throw contention(item, error);
  if (error instanceof TransactionCanceledException) return cancelled(error, item);
  // DynamoDB's own count of a number's bytes is documented as approximate only.
  if (/Item size has exceeded/i.test((error as Error).message)) throw tooLarge(item, 'Too many bytes');
  throw error;
}

/** Why DynamoDB may cancel a transaction that it would take the next moment. */
const passing = new Set(['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded']);

/** Reasons are in the order of the puts, so the first is the commit's. */
function cancelled(error: TransactionCanceledException, item: CommitItem): PutOutcome {
  const [ofCommit, ...ofKeys] = error.CancellationReasons ?? [];
  if (ofCommit?.Code === refused) return metAnother(ofCommit.Item, item, error);
  const others = [ofCommit, ...ofKeys].filter((reason) => reason && !isPlain(reason));
  if (others.some((reason) => !passing.has(reason?.Code ?? ''))) throw error;
  if (others.length > 0) throw contention(item, error);
  if (ofKeys.some(({ Code }) => Code === refused)) return 'key-taken';
  throw error;
}

const refused = 'ConditionalCheckFailed';
const isPlain = ({ Code = 'None' }: CancellationReason) => Code === 'None' || Code === refused;

/** @param there the commit in the item's place, as the answer brought it */
function metAnother(there: CancellationReason['Item'], item: CommitItem, cause: unknown): 'there' {
  const winner = there?.commitId?.S;
  if (winner === item.commitId) return 'there';
  if (winner === undefined) throw contention(item, cause);
  throw new ExpectedVersionConflictError(item.pk, Number(item.sk) - 1, winner, Number(there?.count?.N));
}

const contention = ({ pk, sk }: CommitItem, cause: unknown) => new ContentionError(pk, Number(sk) - 1, cause);
