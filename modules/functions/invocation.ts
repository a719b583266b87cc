import { LambdaEventSourceMapping } from '@cdktf/provider-aws/lib/lambda-event-source-mapping/index.js';
import { LambdaFunctionEventInvokeConfig } from '@cdktf/provider-aws/lib/lambda-function-event-invoke-config/index.js';
import { limits } from '@nova/shared/limits';
import type { Data } from '../data/data.ts';
import type { NovaFunction } from './function.ts';

/** Times a failing batch, halved each time it fails, is given again before its records go to the failure bucket. */
const retries = 5;

/** Seconds: half of what the stream itself keeps, so that what waits too long is kept in the bucket, not lost. */
const maximumAgeSeconds = 12 * 3600;

/** Feeds the event store's stream to the projector. */
export const projectorStream = (projector: NovaFunction, { tables, failures }: Data) =>
  new LambdaEventSourceMapping(projector, 'stream', {
    eventSourceArn: tables.get('event-store').streamArn,
    functionName: projector.arn,
    // LATEST would miss what is written before the poller is up.
    startingPosition: 'TRIM_HORIZON',
    batchSize: limits.streamBatchSize,
    // One batch a shard at a time: larger batches fold into fewer writes, and the projector runs streams side by side.
    parallelizationFactor: 1,
    functionResponseTypes: ['ReportBatchItemFailures'],
    bisectBatchOnFunctionError: true,
    maximumRetryAttempts: retries,
    maximumRecordAgeInSeconds: maximumAgeSeconds,
    destinationConfig: { onFailure: { destinationArn: failures.arn } },
  });

/** Seconds an event may wait for its function before it counts as failed. Lambda allows 60 s to 6 h. */
const maximumEventAgeSeconds = 3600;

/**
 * Bounds the retries of a function's asynchronous invocations, and says where an event goes that it never took.
 * @param destinationArn of an event bus or a queue
 */
export const failureDestination = (target: NovaFunction, destinationArn: string) =>
  new LambdaFunctionEventInvokeConfig(target, 'failure-destination', {
    functionName: target.functionName,
    qualifier: target.qualifier,
    maximumRetryAttempts: limits.jobAttempts - 1,
    maximumEventAgeInSeconds: maximumEventAgeSeconds,
    destinationConfig: { onFailure: { destination: destinationArn } },
  });
