import { BedrockRuntimeClient } from '@aws-sdk/client-bedrock-runtime';
import { standInHeader } from '@nova/shared/models';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { MiddlewareStack } from '@smithy/types';
import { timeLimits } from '../runtime/clients.ts';
import { tracer } from '../runtime/instrumentation.ts';

/**
 * The Bedrock client for calls of one request and one response, traced. It keeps HTTP/1.1 connections: an HTTP/2 session that
 * died while the sandbox was frozen would fail the next call.
 * @param requestTimeout milliseconds the model may take to answer
 * @param maxAttempts attempts of a call, including the first; the SDK waits longer before each
 * @param region of the model, when it is not the function's own
 */
export function bedrockClient(
  requestTimeout: number,
  maxAttempts = 3,
  region?: string,
): BedrockRuntimeClient {
  const requestHandler = new NodeHttpHandler(timeLimits(requestTimeout));
  const settings = { requestHandler, maxAttempts, ...(region === undefined ? {} : { region }) };
  return tracer.captureAWSv3Client(new BedrockRuntimeClient(settings));
}

export type AnswerHeaders = Readonly<Record<string, string>>;

/**
 * Keeps the headers of the response to an SDK command, which the SDK drops.
 * @returns a function that returns them once the response has arrived; those of the last attempt when it was retried
 */
export function answerHeaders<I extends object, O extends object>(command: {
  readonly middlewareStack: Pick<MiddlewareStack<I, O>, 'add'>;
}): () => AnswerHeaders {
  let headers: AnswerHeaders = {};
  command.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      headers = (result.response as { headers?: AnswerHeaders }).headers ?? {};
      return result;
    },
    { step: 'deserialize', name: 'novaAnswerHeaders', override: true },
  );
  return () => headers;
}

/** The maker of an answer: the model that was called, unless a header names a stand-in for it. */
export function makerOf(headers: AnswerHeaders, model: string): string {
  return headers[standInHeader] ?? model;
}
