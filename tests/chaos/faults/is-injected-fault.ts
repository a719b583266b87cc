import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';

/** Errors that a fault made on purpose ends in, once the SDK has given up. */
const names = new Set([
  'ProvisionedThroughputExceededException',
  'TransactionConflictException',
  'InternalServerError',
  'TimeoutError',
  'ECONNRESET',
]);

/** Whether an error tells of a fault of DynamoDB that passes: nobody knows what became of the request. */
export function isFault(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof TransactionCanceledException) {
    return (error.CancellationReasons ?? []).some(
      ({ Code = '' }) => Code === 'ThrottlingError' || Code === 'TransactionConflict',
    );
  }
  const { code } = error as NodeJS.ErrnoException;
  return (
    names.has(error.name) || (code !== undefined && names.has(code)) || error.message === 'socket hang up'
  );
}
