import { limits } from '@nova/shared/limits';
import { DomainError } from '../domain/errors.ts';
import { logger } from '../runtime/instrumentation.ts';

/** The error of an AWS service call, from any client. */
interface ServiceFault {
  readonly name?: string;
  readonly message?: string;
  readonly $fault?: 'client' | 'server';
  readonly $retryable?: { readonly throttling?: boolean };
}

/** Transient errors of Bedrock and S3 Vectors: a later attempt may succeed. */
const transientErrors = new Set([
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

/** Whether an error is transient: throttling, a fault of the service, a lost connection. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const fault = error as ServiceFault & { readonly code?: string };
  return (
    transientErrors.has(error.name) || transientErrors.has(fault.code ?? '') || fault.$fault === 'server'
  );
}

/** Whether a service refused its input. */
export function isRefusal(error: unknown): error is Error {
  // Amazon Transcribe names it BadRequestException.
  return error instanceof Error && /^(Validation|BadRequest)Exception$/.test(error.name);
}

/**
 * The error of a job on content that a model refused. The job's events outlive the content, and the service's own
 * message may quote the content, so it goes to the log, which expires.
 * @param model the caller's name of it: `video model`
 */
export function refusedBy(model: string, content: string, error: Error): DomainError {
  logger.warn('A model refused the content of a job', { model, said: error.message });
  const detail = `The ${model} refused the ${content}: it may be damaged, or of a format or length that the model does not accept.`;
  return new DomainError('unsupported-media', detail, { cause: error });
}

/**
 * Converts the error of a call into the caller's error.
 * @param service the caller's name of it: `The search`
 * @returns the error itself when it is neither transient nor a refusal
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

/** Errors of a model call that last until the set-up is changed; no caller can mend them. */
const setUpFaults = new Set([
  'AccessDeniedException',
  'ResourceNotFoundException',
  'ValidationException',
  'UnrecognizedClientException',
  'ExpiredTokenException',
  'CredentialsProviderError',
]);

/**
 * Converts the error of a model call with input that cannot be at fault. A configuration fault is logged with its
 * cause; the caller's error does not name it.
 * @param setting the environment variable that names the model, for the log
 * @returns the error itself when it is no configuration fault
 */
export function setUpFaultOf(error: unknown, setting: string): unknown {
  if (!(error instanceof Error) || !setUpFaults.has(error.name)) return error;
  const remedy = `Enable the model in Bedrock, and compare ${setting} and the credentials with the role's policy.`;
  logger.error('The model is not set up', { fault: error.name, detail: error.message, remedy });
  const detail = 'The model is not set up; the operator of the platform finds the reason in the logs.';
  return new DomainError('model-unavailable', detail, { cause: error });
}
