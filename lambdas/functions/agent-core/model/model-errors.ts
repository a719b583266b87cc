import { limits } from '@nova/shared/limits';
import { ContextWindowOverflowError, ModelError } from '@strands-agents/sdk';
import { DomainError } from '../../../domain/errors.ts';
import { logger } from '../../../runtime/instrumentation.ts';

const timeouts = new Set(['TimeoutError', 'ModelTimeoutException', 'RequestTimeout']);
const throttles = new Set(['ThrottlingException', 'ServiceQuotaExceededException', 'ModelThrottledError']);

/** What operators must do about errors that persist until they act. Callers get a general message. */
const remedies: Readonly<Record<string, string>> = {
  AccessDeniedException:
    'The role may not call the model or its guardrail: enable access to the model in Bedrock, and compare CHAT_MODEL_ID and GUARDRAIL_ID with the policy.',
  ResourceNotFoundException:
    'CHAT_MODEL_ID, GUARDRAIL_ID or GUARDRAIL_VERSION names something that does not exist.',
  ValidationException:
    'Bedrock refused the request: CHAT_MODEL_ID may name a model without tools or streaming.',
};

/**
 * Translates an error of a run into a problem for the caller.
 * @returns the error itself when it does not come from the model
 */
export function modelError(error: unknown): unknown {
  if (!(error instanceof ModelError)) return error;
  const cause = rootCause(error);
  if (error instanceof ContextWindowOverflowError) {
    const detail = 'message: the conversation is longer than the model can read; start a new session.';
    return new DomainError('too-large', detail, { cause });
  }
  const { name, message } = cause;
  const retryAfterSeconds = limits.busyModelSeconds;
  const remedy = remedies[name];
  if (remedy) logger.error('The model is not set up', { fault: name, detail: message, remedy });
  else logger.warn('The model failed', { fault: name, detail: message });
  if (timeouts.has(name)) {
    return new DomainError('timeout', 'The model took too long; try again, or ask for less at once.', {
      cause,
    });
  }
  if (throttles.has(name)) {
    const detail = 'The model accepts no more requests right now; try again in a few seconds.';
    return new DomainError('model-unavailable', detail, { cause, retryAfterSeconds });
  }
  if (remedy) {
    const detail =
      'The model is not set up to answer; the operator of this platform finds the reason in the logs.';
    return new DomainError('model-unavailable', detail, { cause });
  }
  return new DomainError('model-unavailable', 'The model failed to answer; try again in a few seconds.', {
    cause,
    retryAfterSeconds,
  });
}

/** Strands wraps the SDK's errors, once or twice. */
function rootCause(error: Error): Error {
  let root = error;
  while (root.cause instanceof Error) root = root.cause;
  return root;
}
