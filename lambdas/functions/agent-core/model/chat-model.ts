import { limits } from '@nova/shared/limits';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { BedrockModel, type Model } from '@strands-agents/sdk';
import { type AnswerHeaders, makerOf } from '../../../models/bedrock.ts';
import { timeLimits } from '../../../runtime/clients.ts';

export interface ChatModelSettings {
  /** Id of a model or of an inference profile. */
  readonly modelId: string;
  readonly guardrailId: string;
  readonly guardrailVersion: string;
}

export interface ChatModel {
  readonly strands: Model;
  /** The same model with a lower token limit, for summaries. */
  readonly summariser: Model;
  /** Id of the model that made the newest answer: the configured one, unless the answer names another. */
  maker(): string;
}

/** Milliseconds the model may send nothing, before its answer and within it. */
const silenceMs = 60_000;

/**
 * The chat model on Bedrock. Region, credentials and endpoint come from the environment.
 *
 * The guardrail reads an answer before it is passed on (`sync`; `async` would let text out first). Of the conversation it
 * reads only the newest message, so a message that it let through once cannot block a later turn.
 */
export function chatModel(settings: ChatModelSettings): ChatModel {
  const recording = new HeaderRecordingHandler({ ...timeLimits(silenceMs), socketTimeout: silenceMs });
  const plain = new NodeHttpHandler({ ...timeLimits(silenceMs), socketTimeout: silenceMs });
  return {
    strands: bedrockModel(settings, limits.agentCallOutputTokens, recording),
    summariser: bedrockModel(settings, limits.sessionSummaryTokens, plain),
    maker: () => makerOf(recording.headers, settings.modelId),
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
 * Records the headers of the newest answer, which neither Strands nor the SDK passes on. It uses HTTP/1.1, because an
 * HTTP/2 session that died while the sandbox was frozen would fail the next call.
 */
class HeaderRecordingHandler extends NodeHttpHandler {
  headers: AnswerHeaders = {};

  override async handle(...request: Parameters<NodeHttpHandler['handle']>) {
    const answer = await super.handle(...request);
    this.headers = answer.response.headers;
    return answer;
  }
}
