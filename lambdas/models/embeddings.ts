import { type BedrockRuntimeClient, InvokeModelCommand } from '@aws-sdk/client-bedrock-runtime';
import { vectorIndex } from '@nova/shared/vectors';
import * as z from 'zod';
import { type AnswerHeaders, answerHeaders, makerOf } from './bedrock.ts';

/** The input of a vector; sound and video of at most 30 seconds. The model reads images and videos from S3 with the function's own permission. */
export type EmbeddingInput =
  | { readonly text: string }
  | { readonly image: { readonly format: 'png' | 'jpeg'; readonly uri: string } }
  /** WAV. */
  | { readonly audio: Uint8Array }
  /** MP4. */
  | { readonly video: { readonly uri: string } };

/**
 * The purpose of the vector. Nova embeds indexed content (`GENERIC_INDEX`) and queries (`GENERIC_RETRIEVAL`) differently; a
 * text can find an image.
 */
export type EmbeddingPurpose = 'GENERIC_INDEX' | 'GENERIC_RETRIEVAL';

export interface Embedding {
  /** {@link vectorIndex.dimension} numbers. */
  readonly vector: number[];
  /** Tokens that are billed. */
  readonly inputTokens: number;
  /** The model, or its stand-in. */
  readonly model: string;
}

/** Embeds text, images, sound and video into one vector space. */
export interface Embedder {
  /** @param signal aborts the call */
  embed(input: EmbeddingInput, purpose: EmbeddingPurpose, signal?: AbortSignal): Promise<Embedding>;
}

const Answer = z.object({
  embeddings: z.array(z.object({ embedding: z.array(z.number()).length(vectorIndex.dimension) })).min(1),
});

/** Response header of InvokeModel with the tokens that Bedrock bills. */
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
