import { type LambdaError, lambdaErrors } from '../errors.ts';

const signals: Readonly<Record<string, string>> = {
  SIGABRT: 'aborted (core dumped)',
  SIGKILL: 'killed',
  SIGSEGV: 'segmentation fault (core dumped)',
  SIGTERM: 'terminated',
};

/** What Lambda answers when a sandbox's process ends before its answer. */
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
