import { limits } from '@nova/shared/limits';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { BedrockModel } from '@strands-agents/sdk';
import { timeLimits } from '../../platform/runtime/time-limits.ts';

export interface ChatModelSettings {
  /** Of a model or of an inference profile. */
  readonly modelId: string;
  readonly guardrailId: string;
  readonly guardrailVersion: string;
}

/** Milliseconds the model may be silent, before its answer and within it. */
const silenceMs = 60_000;

/**
 * The chat model on Bedrock. Region, credentials and endpoint are the environment's.
 *
 * The guardrail reads an answer before it is passed on (`sync`; `async` would let text out first), and of the
 * conversation only the newest message: what it let through once is not held against every later turn.
 */
export function chatModel({ modelId, guardrailId, guardrailVersion }: ChatModelSettings): BedrockModel {
  return new BedrockModel({
    modelId,
    maxTokens: limits.agentCallOutputTokens,
    guardrailConfig: {
      guardrailIdentifier: guardrailId,
      guardrailVersion,
      trace: 'enabled',
      streamProcessingMode: 'sync',
      guardLatestUserMessage: true,
    },
    clientConfig: {
      maxAttempts: 3,
      // HTTP/1.1: an HTTP/2 session that died while the sandbox was frozen would fail the next call.
      requestHandler: new NodeHttpHandler({
        ...timeLimits(silenceMs),
        socketTimeout: silenceMs,
      }),
    },
  });
}
