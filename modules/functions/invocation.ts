import { LambdaEventSourceMapping } from '@cdktf/provider-aws/lib/lambda-event-source-mapping/index.js';
import { LambdaFunctionEventInvokeConfig } from '@cdktf/provider-aws/lib/lambda-function-event-invoke-config/index.js';
import { limits } from '@nova/shared/limits';
import type { Data } from '../data/data.ts';
import type { NovaFunction } from './function.ts';

/** Retries of a failing batch, halved each time, before its records go to the failure bucket. */
const retries = 5;

/** Half of the stream's own retention, so that records that wait too long go to the bucket and are not lost. */
const maximumAgeSeconds = 12 * 3600;

/** Feeds the event store's stream to the projector. */
export const projectorStream = (projector: NovaFunction, { tables, failures }: Data) =>
  new LambdaEventSourceMapping(projector, 'stream', {
    eventSourceArn: tables.get('event-store').streamArn,
    functionName: projector.arn,
    // LATEST would miss records that are written before the poller starts.
    startingPosition: 'TRIM_HORIZON',
    batchSize: limits.streamBatchSize,
    // One batch a shard at a time: larger batches need fewer writes, and the projector processes streams in parallel.
    parallelizationFactor: 1,
    functionResponseTypes: ['ReportBatchItemFailures'],
    bisectBatchOnFunctionError: true,
    maximumRetryAttempts: retries,
    maximumRecordAgeInSeconds: maximumAgeSeconds,
    destinationConfig: { onFailure: { destinationArn: failures.arn } },
  });

/**
 * The most that Lambda allows: 6 hours. A throttled event is retried after 1 second, then after ever longer pauses up to 5 minutes,
 * longer ones while many events wait. Sources: Lambda developer guide, "How Lambda handles errors and retries with asynchronous
 * invocation" (the pauses), "Configuring error handling settings for Lambda asynchronous invocations" (the maximum age).
 */
export const longestEventAgeSeconds = 6 * 3600;

/**
 * Limits the retries of a function's asynchronous invocations, and sets the destination of events that it never processed.
 * @param destinationArn ARN of an event bus or a queue
 */
export const failureDestination = (
  target: NovaFunction,
  destinationArn: string,
  maximumEventAgeInSeconds: number = limits.eventAgeSeconds,
) =>
  new LambdaFunctionEventInvokeConfig(target, 'failure-destination', {
    functionName: target.functionName,
    qualifier: target.qualifier,
    maximumRetryAttempts: limits.jobAttempts - 1,
    maximumEventAgeInSeconds,
    destinationConfig: { onFailure: { destination: destinationArn } },
  });
