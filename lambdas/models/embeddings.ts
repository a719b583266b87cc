import { type BedrockRuntimeClient, InvokeModelCommand } from '@aws-sdk/client-bedrock-runtime';
import type { PictureFormat, VideoFormat } from '@nova/shared/media-types';
import { vectorIndex } from '@nova/shared/vectors';
import * as z from 'zod';
import { type AnswerHeaders, answerHeaders, makerOf } from './bedrock.ts';

/** The input of a vector; sound and video of at most 30 seconds. The model reads images and videos from S3 with the function's own permission. */
export type EmbeddingInput =
  | { readonly text: string }
  | {
      readonly image: { readonly format: PictureFormat } & (
        | { readonly uri: string }
        | { readonly bytes: Uint8Array }
      );
    }
  /** WAV. */
  | { readonly audio: Uint8Array }
  | { readonly video: { readonly format: VideoFormat; readonly uri: string } };

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

/** Reads media from S3 to send it within a request; undefined for media that is too large for that. */
export type ReadMedia = (uri: string) => Promise<Uint8Array | undefined>;

/**
 * Amazon Nova multimodal embeddings over InvokeModel.
 * Source: Amazon Nova user guide, "Complete embeddings request and response schema".
 * @param readMedia for a model in another region than the media: AWS does not say whether a model reads a bucket of another region
 */
export function novaEmbeddings(client: BedrockRuntimeClient, model: string, readMedia?: ReadMedia): Embedder {
  const sourceOf = async (uri: string): Promise<Source> => {
    const bytes = await readMedia?.(uri);
    return bytes ? inline(bytes) : { s3Location: { uri } };
  };
  return {
    async embed(input, purpose, signal) {
      const command = new InvokeModelCommand({
        modelId: model,
        contentType: 'application/json',
        accept: 'application/json',
        body: JSON.stringify(requestBody(await modalityOf(input, sourceOf), purpose)),
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

/** A `SourceObject` of the request. */
type Source = { readonly bytes: string } | { readonly s3Location: { readonly uri: string } };

const inline = (bytes: Uint8Array): Source => ({ bytes: Buffer.from(bytes).toString('base64') });

const requestBody = (modality: object, purpose: EmbeddingPurpose) => ({
  schemaVersion: 'nova-multimodal-embed-v1',
  taskType: 'SINGLE_EMBEDDING',
  singleEmbeddingParams: {
    embeddingPurpose: purpose,
    embeddingDimension: vectorIndex.dimension,
    ...modality,
  },
});

async function modalityOf(input: EmbeddingInput, sourceOf: (uri: string) => Promise<Source>) {
  if ('text' in input) return { text: { truncationMode: 'END', value: input.text } };
  if ('audio' in input) return { audio: { format: 'wav', source: inline(input.audio) } };
  if ('video' in input) {
    const source = await sourceOf(input.video.uri);
    // Converse has another name for it.
    const format = input.video.format === 'three_gp' ? '3gp' : input.video.format;
    return { video: { format, embeddingMode: 'AUDIO_VIDEO_COMBINED', source } };
  }
  const { format } = input.image;
  const source = 'bytes' in input.image ? inline(input.image.bytes) : await sourceOf(input.image.uri);
  return { image: { detailLevel: 'STANDARD_IMAGE', format, source } };
}

function tokensOf(headers: AnswerHeaders): number {
  const count = Number(headers[tokensHeader]);
  return Number.isInteger(count) && count > 0 ? count : 0;
}
