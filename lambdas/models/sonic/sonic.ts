import { BedrockRuntimeClient } from '@aws-sdk/client-bedrock-runtime';
import { limits } from '@nova/shared/limits';
import { SignerHash } from '@nova/shared/signer-hash';
import { NodeHttp2Handler } from '@smithy/node-http-handler';
import { tracer } from '../../runtime/instrumentation.ts';
import type { SpeechModel } from '../speech.ts';
import { SonicConnection } from './connection.ts';
import { type QuietMs, quietMs } from './turn.ts';

/** Milliseconds without traffic after which a connection is closed: audio is sent all the time. */
const idleMs = 60_000;

/** The Bedrock client for bidirectional streams: HTTP/2, one session a stream, traced. */
export function streamingClient(): BedrockRuntimeClient {
  const requestHandler = new NodeHttp2Handler({
    requestTimeout: idleMs,
    sessionTimeout: limits.speechConnectionSeconds * 1000,
    disableConcurrentStreams: true,
  });
  // The SDK cannot resend a stream that has begun, so the caller retries.
  const settings = { requestHandler, maxAttempts: 1, logger: silent };
  // Each piece of audio is signed, so the signer's hash counts.
  const client = new BedrockRuntimeClient({ ...settings, sha256: SignerHash });
  return tracer.captureAWSv3Client(client);
}

/** The SDK would warn on the console that it does not retry; the caller logs its own retries. */
const silent = { debug() {}, info() {}, warn() {}, error() {} };

/**
 * Amazon Nova Sonic over a bidirectional stream.
 * @param pace seconds of audio sent a second; 0 sends without delay
 * @param quiet how long it may be silent before a turn is over
 */
export function novaSonic(
  client: BedrockRuntimeClient,
  model: string,
  pace: number,
  quiet: QuietMs = quietMs,
): SpeechModel {
  return { connect: (session) => SonicConnection.open({ client, model, pace, quiet, ...session }) };
}
