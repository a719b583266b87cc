import { limits } from '@nova/shared/limits';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { BedrockModel, type Model } from '@strands-agents/sdk';
import { type AnswerHeaders, makerOf } from '../../../models/answer-headers.ts';
import { timeLimits } from '../../../runtime/time-limits.ts';

export interface ChatModelSettings {
  /** Of a model or of an inference profile. */
  readonly modelId: string;
  readonly guardrailId: string;
  readonly guardrailVersion: string;
}

/** The chat model, and what it says of itself. */
export interface ChatModel {
  readonly strands: Model;
  /** The same model, for short texts. */
  readonly summariser: Model;
  /** What made the newest answer: the model that was asked, unless the answer names a stand-in. */
  maker(): string;
}

/** Milliseconds the model may be silent, before its answer and within it. */
const silenceMs = 60_000;

/**
 * The chat model on Bedrock. Region, credentials and endpoint are the environment's.
 *
 * The guardrail reads an answer before it is passed on (`sync`; `async` would let text out first), and of the
 * conversation only the newest message: what it let through once is not held against every later turn.
 */
export function chatModel(settings: ChatModelSettings): ChatModel {
  const listening = new ListeningHandler({ ...timeLimits(silenceMs), socketTimeout: silenceMs });
  const plain = new NodeHttpHandler({ ...timeLimits(silenceMs), socketTimeout: silenceMs });
  return {
    strands: bedrockModel(settings, limits.agentCallOutputTokens, listening),
    summariser: bedrockModel(settings, limits.sessionSummaryTokens, plain),
    maker: () => makerOf(listening.headers, settings.modelId),
  };
}

function bedrockModel(
  { modelId, guardrailId, guardrailVersion }: ChatModelSettings,
  maxTokens: number,
  requestHandler: NodeHttpHandler,
): Model {
  return new BedrockModel({
    modelId,
    maxTokens,
    guardrailConfig: {
      guardrailIdentifier: guardrailId,
      guardrailVersion,
      trace: 'enabled',
      streamProcessingMode: 'sync',
      guardLatestUserMessage: true,
    },
    clientConfig: { maxAttempts: 3, requestHandler },
  });
}

/**
 * Keeps the headers of the newest answer, which neither Strands nor the SDK passes on. HTTP/1.1, because an HTTP/2
 * session that died while the sandbox was frozen would fail the next call.
 */
class ListeningHandler extends NodeHttpHandler {
  headers: AnswerHeaders = {};

  override async handle(...request: Parameters<NodeHttpHandler['handle']>) {
    const answer = await super.handle(...request);
    this.headers = answer.response.headers;
    return answer;
  }
}
