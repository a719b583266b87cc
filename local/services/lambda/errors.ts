import type { FunctionError } from '../../contracts.ts';

/** A function's error as Lambda answers with it. */
export interface LambdaError extends FunctionError {
  /** Stack trace, where the function threw. */
  readonly trace?: readonly string[];
}

/** Bytes of a synchronous invocation's request or response. Lambda quotas: 6 MB, which the service counts so. */
export const payloadLimitBytes = 6_291_556;

/** Bytes of a streamed response. Lambda quotas: 200 MB. */
export const streamLimitBytes = 200 * 1024 * 1024;

/** Errors that Lambda itself answers with, in its own words. */
export const lambdaErrors = {
  timeout: (requestId: string, seconds: number): LambdaError => ({
    errorType: 'Sandbox.Timedout',
    errorMessage: `RequestId: ${requestId} Error: Task timed out after ${seconds.toFixed(2)} seconds`,
  }),
  initTimeout: (seconds: number): LambdaError => ({
    errorType: 'Sandbox.Timedout',
    errorMessage: `Error: Init timed out after ${seconds.toFixed(2)} seconds`,
  }),
  exit: (requestId: string, how: string): LambdaError => ({
    errorType: 'Runtime.ExitError',
    errorMessage: `RequestId: ${requestId} Error: Runtime exited with error: ${how}`,
  }),
  outOfMemory: (requestId: string): LambdaError => ({
    errorType: 'Runtime.OutOfMemory',
    errorMessage: `RequestId: ${requestId} Error: Runtime exited with error: signal: killed`,
  }),
  responseTooLarge: (): LambdaError => ({
    errorType: 'Function.ResponseSizeTooLarge',
    errorMessage: `Response payload size exceeded maximum allowed payload size (${payloadLimitBytes} bytes).`,
  }),
  streamTooLarge: (): LambdaError => ({
    errorType: 'Function.ResponseSizeTooLarge',
    errorMessage: `The streamed response exceeded its maximum size (${streamLimitBytes} bytes).`,
  }),
  requestTooLarge: (bytes: number): LambdaError => ({
    errorType: 'RequestTooLargeException',
    errorMessage: `${bytes} byte payload is too large for the RequestResponse invocation type (limit ${payloadLimitBytes} bytes)`,
  }),
  throttled: (): LambdaError => ({
    errorType: 'TooManyRequestsException',
    errorMessage: 'Rate Exceeded.',
  }),
  unknownFunction: (arn: string): LambdaError => ({
    errorType: 'ResourceNotFoundException',
    errorMessage: `Function not found: ${arn}`,
  }),
  cancelled: (): LambdaError => ({ errorType: 'Cancelled', errorMessage: 'The caller no longer waits.' }),
  stopping: (): LambdaError => ({ errorType: 'ServiceException', errorMessage: 'The platform is stopping.' }),
} as const;

const signals: Readonly<Record<string, string>> = {
  SIGABRT: 'aborted (core dumped)',
  SIGKILL: 'killed',
  SIGSEGV: 'segmentation fault (core dumped)',
  SIGTERM: 'terminated',
};

/** Lambda's error for a sandbox whose process ends before its answer. */
export function exitError(
  requestId: string,
  code: number | null,
  signal: NodeJS.Signals | null,
): LambdaError {
  if (signal) return lambdaErrors.exit(requestId, `signal: ${signals[signal] ?? signal}`);
  if (code === 0) {
    return {
      errorType: 'Runtime.ExitError',
      errorMessage: `RequestId: ${requestId} Error: Runtime exited without providing a reason`,
    };
  }
  return lambdaErrors.exit(requestId, `exit status ${code}`);
}
