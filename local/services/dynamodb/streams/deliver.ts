import type { InvokeResult } from '../../../contracts.ts';
import type { StreamRecord } from './reader.ts';

/** Why records were discarded, in Lambda's words. */
export type GiveUpCondition = 'RetryAttemptsExhausted' | 'RecordAgeExceeded';

/** The outcome of a batch. */
export type BatchOutcome =
  | { readonly kind: 'success' }
  /** The batch failed from this index on; what is before it succeeded. */
  | { readonly kind: 'failure'; readonly from: number; readonly error?: unknown }
  /** The function was not run: try again without counting. */
  | { readonly kind: 'not-run' };

export interface GivenUp<R> {
  readonly records: readonly R[];
  readonly condition: GiveUpCondition;
  readonly invocations: number;
  readonly error: unknown;
}

/** The settings of a delivery, and its callbacks. */
export interface Delivery<R> {
  readonly bisect: boolean;
  readonly maximumRetries: number;
  readonly expired: (record: R) => boolean;
  readonly invoke: (records: readonly R[]) => Promise<BatchOutcome>;
  readonly giveUp: (given: GivenUp<R>) => Promise<void>;
  /** Everything up to and including this record is done: it is never delivered again. */
  readonly checkpoint: (record: R) => void;
  /** Waits before a retry; false when the platform stops meanwhile. */
  readonly pause: (attempt: number) => Promise<boolean>;
}

interface Part<R> {
  readonly records: readonly R[];
  /** Failures counted against the retries. */
  readonly failures: number;
  readonly invocations: number;
}

/**
 * Delivers a batch to a function until every record of it has succeeded or is discarded, in order: a record is delivered
 * only when all before it are done. Halving a batch costs no retry.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
 */
export async function deliverBatch<R>(batch: readonly R[], delivery: Delivery<R>): Promise<void> {
  let parts: Part<R>[] = batch.length > 0 ? [{ records: batch, failures: 0, invocations: 0 }] : [];
  for (let part = parts[0]; part; part = parts[0]) {
    const done = await attempt(part, delivery);
    if (done === 'stopped') return;
    parts = [...done, ...parts.slice(1)];
  }
}

/** Tries one part once. @returns its remaining records, to be tried before the parts that follow */
async function attempt<R>(part: Part<R>, delivery: Delivery<R>): Promise<Part<R>[] | 'stopped'> {
  const { records, failures, invocations } = part;
  const fresh = records.findIndex((record) => !delivery.expired(record));
  if (fresh !== 0) {
    const old = fresh < 0 ? records : records.slice(0, fresh);
    await discardRecords(
      { records: old, condition: 'RecordAgeExceeded', invocations, error: undefined },
      delivery,
    );
    return remainder(part, records.slice(old.length));
  }
  const outcome = await delivery.invoke(records);
  if (outcome.kind === 'success') {
    finish(records, delivery);
    return [];
  }
  if (outcome.kind === 'not-run') return (await delivery.pause(0)) ? [part] : 'stopped';
  const failed = records.slice(outcome.from);
  finish(records.slice(0, outcome.from), delivery);
  if (delivery.bisect && failed.length > 1) {
    return (await delivery.pause(0)) ? halves(failed, failures, invocations + 1) : 'stopped';
  }
  if (failures < delivery.maximumRetries) {
    const again = { records: failed, failures: failures + 1, invocations: invocations + 1 };
    return (await delivery.pause(failures)) ? [again] : 'stopped';
  }
  const condition = 'RetryAttemptsExhausted';
  await discardRecords(
    { records: failed, condition, invocations: invocations + 1, error: outcome.error },
    delivery,
  );
  return [];
}

function halves<R>(records: readonly R[], failures: number, invocations: number): Part<R>[] {
  const middle = Math.ceil(records.length / 2);
  return [records.slice(0, middle), records.slice(middle)].map((half) => ({
    records: half,
    failures,
    invocations,
  }));
}

const remainder = <R>(part: Part<R>, records: readonly R[]): Part<R>[] =>
  records.length > 0 ? [{ ...part, records }] : [];

async function discardRecords<R>(given: GivenUp<R>, delivery: Delivery<R>): Promise<void> {
  await delivery.giveUp(given);
  finish(given.records, delivery);
}

function finish<R>(records: readonly R[], delivery: Delivery<R>): void {
  const last = records.at(-1);
  if (last !== undefined) delivery.checkpoint(last);
}

/** Errors of the service: the function has not run. */
const notRun = new Set(['TooManyRequestsException', 'ServiceException', 'Cancelled']);

/**
 * The outcome of a batch by the function's answer.
 * @param reports whether the mapping has `ReportBatchItemFailures`
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
 */
export function outcomeOf(
  result: InvokeResult,
  records: readonly StreamRecord[],
  reports: boolean,
): BatchOutcome {
  if (result.kind === 'error') {
    if (notRun.has(result.error.errorType)) return { kind: 'not-run' };
    return { kind: 'failure', from: 0, error: result.error };
  }
  if (!reports || result.kind === 'stream') return { kind: 'success' };
  const failures = (result.payload as { batchItemFailures?: unknown } | null)?.batchItemFailures ?? [];
  if (!Array.isArray(failures) || failures.length === 0) return { kind: 'success' };
  const indexes = failures.map(({ itemIdentifier }) =>
    records.findIndex(({ dynamodb }) => dynamodb.SequenceNumber === itemIdentifier),
  );
  // An identifier of no record in the batch makes the whole batch a failure.
  return { kind: 'failure', from: Math.max(0, Math.min(...indexes)) };
}
