import type { TokenUsage } from '@nova/shared/api/common';

/** A model that watches videos and writes about them. */
export interface VideoModel {
  /**
   * @param uri where the video is: `s3://bucket/key`; the model reads it with the function's own permission
   * @param turns what is asked, and what was answered to earlier questions about it: the last is the question
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
  /** False when the model was cut off, so that the end is missing. */
  readonly complete: boolean;
  readonly usage: TokenUsage;
  /** What wrote it: the model, or what says that it stands in for it. */
  readonly model: string;
}
