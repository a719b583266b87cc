import { limits } from '@nova/shared/limits';
import { DomainError } from '../domain/errors.ts';
import { logger } from '../runtime/instrumentation.ts';

/** What a failed call of an AWS service looks like, whichever client made it. */
interface ServiceFault {
  readonly name?: string;
  readonly message?: string;
  readonly $fault?: 'client' | 'server';
  readonly $retryable?: { readonly throttling?: boolean };
}

/** Errors of Bedrock and S3 Vectors that another try, later, may not meet. */
const passing = new Set([
  'ThrottlingException',
  'TooManyRequestsException',
  'ServiceQuotaExceededException',
  'LimitExceededException',
  'ModelNotReadyException',
  'ModelTimeoutException',
  'ModelErrorException',
  'ModelStreamErrorException',
  'RequestTimeoutException',
  'TimeoutError',
  'ECONNREFUSED',
  'ECONNRESET',
  'ConnectionEndedError',
]);

/** Whether a failure is one that passes: throttling, a service in trouble, a connection lost. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const fault = error as ServiceFault & { readonly code?: string };
  return passing.has(error.name) || passing.has(fault.code ?? '') || fault.$fault === 'server';
}

/** Whether a service refused what it was given. */
export function isRefusal(error: unknown): error is Error {
  // Amazon Transcribe has a name of its own for it.
  return error instanceof Error && /^(Validation|BadRequest)Exception$/.test(error.name);
}

/**
 * The end of a job whose content a model refused. The job's history outlives the content, and a service's own words may
 * quote what it was given: they go to the log, which ends.
 * @param model as the caller knows it: `video model`
 */
export function refusedBy(model: string, content: string, error: Error): DomainError {
  logger.warn('A model refused the content of a job', { model, said: error.message });
  const detail = `The ${model} refused the ${content}: it may be damaged, or of a form or length it does not take.`;
  return new DomainError('unsupported-media', detail, { cause: error });
}

/**
 * The failure of a call as the answer to whoever waits for it.
 * @param service as the caller knows it: `The search`
 * @returns what was passed in, when it is neither a passing failure nor a refusal
 */
export function answerOf(error: unknown, service: string): unknown {
  if (isPassing(error)) {
    const detail = `${service} is too busy to answer; try again in a few seconds.`;
    return new DomainError('model-unavailable', detail, {
      cause: error,
      retryAfterSeconds: limits.busyModelSeconds,
    });
  }
  if (isRefusal(error)) {
    return new DomainError('invalid-request', `${service} refused the input: ${error.message}`, {
      cause: error,
    });
  }
  return error;
}

/** Refusals of a model call that last until someone changes the set-up; no caller can do anything about them. */
const setUpFaults = new Set([
  'AccessDeniedException',
  'ResourceNotFoundException',
  'ValidationException',
  'UnrecognizedClientException',
  'ExpiredTokenException',
  'CredentialsProviderError',
]);

/**
 * The failure of a model call whose input cannot be at fault. What the set-up is to blame for is logged as an error;
 * the caller is told no more than that.
 * @param setting that says which model is called, for whoever reads the log
 * @returns what was passed in, when the set-up has no part in it
 */
export function setUpFaultOf(error: unknown, setting: string): unknown {
  if (!(error instanceof Error) || !setUpFaults.has(error.name)) return error;
  const remedy = `Enable the model in Bedrock, and compare ${setting} and the credentials with the role's policy.`;
  logger.error('The model is not set up', { fault: error.name, detail: error.message, remedy });
  const detail =
    'The model is not set up to answer; whoever runs this platform finds the reason in the logs.';
  return new DomainError('model-unavailable', detail, { cause: error });
}
