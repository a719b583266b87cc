import { LambdaFunctionEventInvokeConfig } from '@cdktf/provider-aws/lib/lambda-function-event-invoke-config/index.js';
import { limits } from '@nova/shared/limits';
import type { NovaFunction } from './function.ts';

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
