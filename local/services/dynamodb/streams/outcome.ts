import type { InvokeResult } from '../../../contracts.ts';
import type { BatchOutcome } from './deliver.ts';
import type { StreamRecord } from './record.ts';

/** Errors of the service: the function has not run. */
const notRun = new Set(['TooManyRequestsException', 'ServiceException', 'Cancelled']);

/**
 * What a function's answer to a batch means.
 * @param reports whether the mapping lets the function name the records that failed
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
  // A name that is no record's of this batch makes the whole batch a failure.
  return { kind: 'failure', from: Math.max(0, Math.min(...indexes)) };
}
