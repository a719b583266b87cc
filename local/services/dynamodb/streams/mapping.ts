import { type Stack, StackError, type StackResource } from '../../../contracts.ts';
import { blockOf, blocksOf, numberOf, textOf, textsOf } from '../../../stack/read.ts';

/** An event source mapping: which stream feeds which function, and how. */
export interface StreamMapping {
  readonly uuid: string;
  readonly address: string;
  readonly streamArn: string;
  readonly tableName: string;
  readonly functionArn: string;
  readonly startingPosition: 'TRIM_HORIZON' | 'LATEST';
  readonly batchSize: number;
  readonly batchingWindowMs: number;
  readonly reportBatchItemFailures: boolean;
  readonly bisect: boolean;
  /** Infinity when the stack says -1. */
  readonly maximumRetries: number;
  /** Infinity when the stack says -1. */
  readonly maximumAgeMs: number;
  /** ARN of the failure destination for discarded batches. */
  readonly onFailure: string | undefined;
  /** Patterns of which one must match a record; empty lets all through. */
  readonly filters: readonly object[];
}

/**
 * The stack's event source mappings of DynamoDB streams that are enabled.
 * @throws StackError for an event source of another kind
 */
export function mappingsOf(stack: Stack): StreamMapping[] {
  return stack
    .of('aws_lambda_event_source_mapping')
    .filter(({ values }) => values.enabled !== false)
    .map(defineMapping);
}

function defineMapping(resource: StackResource): StreamMapping {
  const streamArn = textOf(resource, 'event_source_arn');
  const tableName = /^arn:aws:dynamodb:[^:]+:\d+:table\/([^/]+)\/stream\//.exec(streamArn)?.[1];
  if (!tableName) {
    throw new StackError(
      `${resource.address}: the local platform polls DynamoDB streams only, not ${streamArn}.`,
    );
  }
  const destination = blockOf({ values: blockOf(resource, 'destination_config') ?? {} }, 'on_failure');
  const criteria = { values: blockOf(resource, 'filter_criteria') ?? {} };
  return {
    uuid: textOf(resource, 'uuid'),
    address: resource.address,
    streamArn,
    tableName,
    functionArn: textOf(resource, 'function_name'),
    startingPosition: textOf(resource, 'starting_position') === 'LATEST' ? 'LATEST' : 'TRIM_HORIZON',
    batchSize: numberOf(resource, 'batch_size', 100),
    batchingWindowMs: numberOf(resource, 'maximum_batching_window_in_seconds', 0) * 1000,
    reportBatchItemFailures: textsOf(resource, 'function_response_types').includes('ReportBatchItemFailures'),
    bisect: resource.values.bisect_batch_on_function_error === true,
    maximumRetries: unlimited(numberOf(resource, 'maximum_retry_attempts', -1)),
    maximumAgeMs: unlimited(numberOf(resource, 'maximum_record_age_in_seconds', -1)) * 1000,
    onFailure: destination?.destination_arn as string | undefined,
    filters: blocksOf(criteria, 'filter').map(({ pattern }) => JSON.parse(String(pattern))),
  };
}

const unlimited = (value: number) => (value < 0 ? Number.POSITIVE_INFINITY : value);
