import { type BedrockRuntimeClient, ConverseCommand, type Message } from '@aws-sdk/client-bedrock-runtime';
import type { TokenUsage } from '@nova/shared/api/common';
import type { VideoFormat } from '@nova/shared/media-types';
import { answerHeaders, makerOf } from '../bedrock.ts';

/** A video in S3. */
export interface WatchedVideo {
  /** `s3://bucket/key`; the model reads it with the function's own permission. */
  readonly uri: string;
  readonly format: VideoFormat;
}

/** A model that answers questions about videos. */
export interface VideoModel {
  /**
   * @param turns the question, after earlier questions and answers about the video
   * @throws the service's errors
   */
  watch(video: WatchedVideo, turns: readonly Turn[], signal: AbortSignal): Promise<WrittenAnswer>;
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
    async watch(video, turns, signal) {
      const command = new ConverseCommand({
        modelId,
        messages: turns.map((turn, place) => toMessage(turn, place === 0 ? video : undefined)),
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
function toMessage({ role, text }: Turn, video: WatchedVideo | undefined): Message {
  const blocks = video
    ? [{ video: { format: video.format, source: { s3Location: { uri: video.uri } } } }]
    : [];
  return { role, content: [...blocks, { text }] };
}
