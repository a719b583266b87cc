import { type BedrockRuntimeClient, InvokeModelCommand } from '@aws-sdk/client-bedrock-runtime';
import { vectorIndex } from '@nova/shared/vectors';
import * as z from 'zod';
import { type AnswerHeaders, answerHeaders, makerOf } from './answer-headers.ts';

/** What a vector is made of; sound and video of at most 30 seconds. Pictures stay in S3, where the model reads them with the function's own permission. */
export type EmbeddingInput =
  | { readonly text: string }
  | { readonly image: { readonly format: 'png' | 'jpeg'; readonly uri: string } }
  /** WAV. */
  | { readonly audio: Uint8Array }
  /** MP4. */
  | { readonly video: { readonly uri: string } };

/**
 * What the vector is for. Nova places what is searched (`GENERIC_INDEX`) and what searches for anything
 * (`GENERIC_RETRIEVAL`) differently; a text can find an image.
 */
export type EmbeddingPurpose = 'GENERIC_INDEX' | 'GENERIC_RETRIEVAL';

export interface Embedding {
  /** {@link vectorIndex.dimension} numbers. */
  readonly vector: number[];
  /** Tokens billed for. */
  readonly inputTokens: number;
  /** What made it: the model, or what says that it stands in for it. */
  readonly model: string;
}

/** Turns text, pictures, sound and video into vectors of one space. */
export interface Embedder {
  /** @param signal ends a call that is no longer waited for */
  embed(input: EmbeddingInput, purpose: EmbeddingPurpose, signal?: AbortSignal): Promise<Embedding>;
}

const Answer = z.object({
  embeddings: z.array(z.object({ embedding: z.array(z.number()).length(vectorIndex.dimension) })).min(1),
});

/** Response header of InvokeModel with the tokens Bedrock bills for. */
const tokensHeader = 'x-amzn-bedrock-input-token-count';

/**
 * Amazon Nova multimodal embeddings over InvokeModel.
 * Source: Amazon Nova user guide, "Complete embeddings request and response schema".
 */
export function novaEmbeddings(client: BedrockRuntimeClient, model: string): Embedder {
  return {
    async embed(input, purpose, signal) {
      const command = new InvokeModelCommand({
        modelId: model,
        contentType: 'application/json',
        accept: 'application/json',
        body: JSON.stringify(requestBody(input, purpose)),
      });
      const headers = answerHeaders(command);
      const { body } = await client.send(command, signal ? { abortSignal: signal } : {});
      const [first] = Answer.parse(JSON.parse(new TextDecoder().decode(body))).embeddings;
      return {
        vector: first?.embedding ?? [],
        inputTokens: tokensOf(headers()),
        model: makerOf(headers(), model),
      };
    },
  };
}

function requestBody(input: EmbeddingInput, purpose: EmbeddingPurpose) {
  return {
    schemaVersion: 'nova-multimodal-embed-v1',
    taskType: 'SINGLE_EMBEDDING',
    singleEmbeddingParams: {
      embeddingPurpose: purpose,
      embeddingDimension: vectorIndex.dimension,
      ...modalityOf(input),
    },
  };
}

function modalityOf(input: EmbeddingInput) {
  if ('text' in input) return { text: { truncationMode: 'END', value: input.text } };
  if ('audio' in input) {
    return { audio: { format: 'wav', source: { bytes: Buffer.from(input.audio).toString('base64') } } };
  }
  if ('video' in input) {
    const source = { s3Location: { uri: input.video.uri } };
    return { video: { format: 'mp4', embeddingMode: 'AUDIO_VIDEO_COMBINED', source } };
  }
  const { format, uri } = input.image;
  return { image: { detailLevel: 'STANDARD_IMAGE', format, source: { s3Location: { uri } } } };
}

function tokensOf(headers: AnswerHeaders): number {
  const count = Number(headers[tokensHeader]);
  return Number.isInteger(count) && count > 0 ? count : 0;
}
