import { BedrockRuntimeClient } from '@aws-sdk/client-bedrock-runtime';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { tracer } from '../runtime/instrumentation.ts';
import { timeLimits } from '../runtime/time-limits.ts';

/**
 * The Bedrock client for calls that are one request and one answer, traced. HTTP/1.1 with kept connections: an HTTP/2
 * session that died while the sandbox was frozen would fail the next call.
 * @param requestTimeout milliseconds the model may take to answer
 * @param maxAttempts tries of a call, the first one counted; the SDK waits longer between each
 */
export function bedrockClient(requestTimeout: number, maxAttempts = 3): BedrockRuntimeClient {
  const requestHandler = new NodeHttpHandler(timeLimits(requestTimeout));
  return tracer.captureAWSv3Client(new BedrockRuntimeClient({ requestHandler, maxAttempts }));
}
