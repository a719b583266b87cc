import type { ContentBlock, ConverseRequest, StopReason, TokenUsage } from '@aws-sdk/client-bedrock-runtime';
import type { Caller } from '../../../contracts.ts';
import type { Ability } from './catalogue.ts';
import type { ModelAddress } from './locate.ts';

/** A model's reply to a conversation. */
export interface Reply {
  readonly content: readonly ContentBlock[];
  readonly stopReason: StopReason;
  readonly usage: TokenUsage;
}

/** The models behind an allowed call: the stand-in, or models on AWS. */
export interface Models {
  /** Their name in answers; undefined for models that need no note. */
  readonly name: string | undefined;
  /** @throws AwsError `ValidationException` for an unknown model, or one without this ability */
  expect(model: ModelAddress, ability: Ability): void;
  converse(request: ConverseRequest, caller: Caller): Promise<Reply>;
  /** Answers InvokeModel; bodies are JSON of the model's own form. */
  invoke(
    modelId: string,
    body: Uint8Array,
    caller: Caller,
  ): Promise<{ readonly body: Uint8Array; readonly inputTokens: number | undefined }>;
  /** A bidirectional stream; chunks are JSON events of the model's own form. */
  speak(modelId: string, chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array>;
}
