import type { TokenUsage } from '@nova/shared/api/common';

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
