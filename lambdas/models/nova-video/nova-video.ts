import { type BedrockRuntimeClient, ConverseCommand, type Message } from '@aws-sdk/client-bedrock-runtime';
import type { TokenUsage } from '@nova/shared/api/common';
import { answerHeaders, makerOf } from '../bedrock.ts';

/** A model that answers questions about videos. */
export interface VideoModel {
  /**
   * @param uri `s3://bucket/key` of the video; the model reads it with the function's own permission
   * @param turns the question, after earlier questions and answers about the video
   * @throws the service's errors
   */
  watch(uri: string, turns: readonly Turn[], signal: AbortSignal): Promise<WrittenAnswer>;
}

export interface Turn {
  readonly role: 'user' | 'assistant';
  readonly text: string;
}

export interface WrittenAnswer {
  readonly text: string;
  /** False when the answer was cut off. */
  readonly complete: boolean;
  readonly usage: TokenUsage;
  /** The model, or its stand-in. */
  readonly model: string;
}

/** Tokens of an answer, at most: findings about an hour of video fit. */
const maxTokens = 8192;

/** An Amazon Nova model that understands video, over Converse. Source: Amazon Nova user guide, "Video understanding". */
export function novaVideo(client: BedrockRuntimeClient, modelId: string): VideoModel {
  return {
    async watch(uri, turns, signal) {
      const command = new ConverseCommand({
        modelId,
        messages: turns.map((turn, place) => toMessage(turn, place === 0 ? uri : undefined)),
        inferenceConfig: { maxTokens, temperature: 0 },
      });
      const headers = answerHeaders(command);
      const { output, stopReason, usage } = await client.send(command, { abortSignal: signal });
      const blocks = output?.message?.content ?? [];
      return {
        text: blocks.map(({ text }) => text ?? '').join(''),
        complete: stopReason !== 'max_tokens',
        usage: { inputTokens: usage?.inputTokens ?? 0, outputTokens: usage?.outputTokens ?? 0 },
        model: makerOf(headers(), modelId),
      };
    },
  };
}

/** The video goes with the first question, before its text, as Nova requires. */
function toMessage({ role, text }: Turn, uri: string | undefined): Message {
  const video = uri ? [{ video: { format: 'mp4' as const, source: { s3Location: { uri } } } }] : [];
  return { role, content: [...video, { text }] };
}
