import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { AwsResponse } from '../../contracts.ts';
import type { DatabaseFault } from '../../faults/rates.ts';
import { type Answer, respond } from '../../wire/respond.ts';
import { jsonError } from '../../wire/schema/errors.ts';

/** Milliseconds a connection is silent before it is cut: long beside a normal request, short for a test. */
const silenceMs = 250;

const isTransaction = (target: string) => target.endsWith('.TransactWriteItems');
const isSingleWrite = (target: string) => /\.(PutItem|UpdateItem|DeleteItem)$/.test(target);

/** Whether an operation can have a fault: only writes conflict with another transaction. */
export const canHappen = (fault: DatabaseFault, target: string) =>
  fault !== 'conflict' || isTransaction(target) || isSingleWrite(target);

/**
 * Answers a request with a fault before it has an effect.
 * @returns whether the request is answered; a `lost` answer is cut only after the request was carried out
 */
export async function applyFault(
  fault: DatabaseFault,
  target: string,
  input: Readonly<Record<string, unknown>>,
  response: AwsResponse,
): Promise<boolean> {
  if (fault === 'lost') return false;
  if (fault === 'timeout') await cutAfterSilence(response);
  else await respond(response, faultAnswer(fault, target, input));
  return true;
}

/** Cuts the connection; the caller cannot know whether its request had an effect. */
export async function cut(response: AwsResponse): Promise<void> {
  if (response.destroyed) return;
  const closed = once(response, 'close');
  response.destroy();
  await closed;
}

async function cutAfterSilence(response: AwsResponse): Promise<void> {
  await delay(silenceMs);
  await cut(response);
}

/** @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html */
function faultAnswer(
  fault: 'throttle' | 'error' | 'conflict',
  target: string,
  input: Readonly<Record<string, unknown>>,
): Answer {
  if (fault === 'error') return jsonError('InternalServerError', 500, 'Internal server error');
  if (isTransaction(target)) {
    return cancelled(input, fault === 'throttle' ? 'ThrottlingError' : 'TransactionConflict');
  }
  if (fault === 'conflict') {
    return jsonError('TransactionConflictException', 400, 'Transaction is ongoing for the item');
  }
  return jsonError(
    'ProvisionedThroughputExceededException',
    400,
    'The level of configured provisioned throughput for the table was exceeded.',
  );
}

const reasons = {
  ThrottlingError: 'Throughput exceeds the current capacity of your table or index.',
  TransactionConflict: 'Transaction is ongoing for the item',
} as const;

/**
 * A transaction is refused as a whole, each of its parts with a reason: the SDK does not try it again by itself.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
 */
function cancelled(input: Readonly<Record<string, unknown>>, code: keyof typeof reasons): Answer {
  const parts = Array.isArray(input.TransactItems) ? input.TransactItems.length : 1;
  const CancellationReasons = Array.from({ length: parts }, (_, place) =>
    place === 0 ? { Code: code, Message: reasons[code] } : { Code: 'None' },
  );
  const codes = CancellationReasons.map(({ Code }) => Code).join(', ');
  const message = `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`;
  return jsonError('TransactionCanceledException', 400, message, { CancellationReasons });
}
