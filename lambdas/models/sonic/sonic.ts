import { BedrockRuntimeClient } from '@aws-sdk/client-bedrock-runtime';
import { limits } from '@nova/shared/limits';
import { NodeHttp2Handler } from '@smithy/node-http-handler';
import { tracer } from '../../runtime/instrumentation.ts';
import type { SpeechModel } from '../speech.ts';
import { SonicConnection } from './connection.ts';

/** Milliseconds of silence on a connection after which it is given up: audio goes out all the time. */
const idleMs = 60_000;

/** The Bedrock client for bidirectional streams: HTTP/2, one session a stream, traced. */
export function streamingClient(): BedrockRuntimeClient {
  const requestHandler = new NodeHttp2Handler({
    requestTimeout: idleMs,
    sessionTimeout: limits.speechConnectionSeconds * 1000,
    disableConcurrentStreams: true,
  });
  // A stream that has begun cannot be sent again by the SDK, so whoever speaks retries.
  const client = new BedrockRuntimeClient({ requestHandler, maxAttempts: 1, logger: silent });
  return tracer.captureAWSv3Client(client);
}

/** The SDK would warn, past the logger, that it does not retry; whoever retries says so. */
const silent = { debug() {}, info() {}, warn() {}, error() {} };

/**
 * Amazon Nova Sonic over a bidirectional stream.
 * @param pace seconds of audio sent a second; 0 sends as fast as it is taken
 */
export function novaSonic(client: BedrockRuntimeClient, model: string, pace: number): SpeechModel {
  return { connect: (options) => SonicConnection.open({ client, model, pace, ...options }) };
}
