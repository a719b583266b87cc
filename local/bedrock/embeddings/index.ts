import { type MediaModality, parseEmbeddingRequest } from './request.ts';
import { embedBytes, embedText } from './vectors.ts';

export interface EmbeddingAnswer {
  readonly body: Record<string, unknown>;
  readonly inputTokens: number;
}

/** Media has no tokens: Bedrock bills it by the second or the image. */
const mediaTokens = 0;

/**
 * Answers an InvokeModel request of Nova multimodal embeddings.
 * @param readMedia the bytes of a `source` of the request
 * @throws AwsError `ValidationException` naming the field
 */
export async function embed(
  body: Uint8Array,
  readMedia: (source: Record<string, unknown>, modality: MediaModality) => Promise<Uint8Array>,
): Promise<EmbeddingAnswer> {
  const request = parseEmbeddingRequest(body);
  if (request.modality !== 'text') {
    const bytes = await readMedia(request.source, request.modality);
    const embedding = embedBytes(bytes, request.dimension);
    return answer(request.modality, embedding, mediaTokens);
  }
  const embedding = embedText(request.text, request.dimension);
  return answer('text', embedding, request.tokens, request.truncatedTo);
}

function answer(
  modality: string,
  embedding: number[],
  inputTokens: number,
  truncatedCharLength?: number,
): EmbeddingAnswer {
  const embeddingType = modality === 'video' ? 'AUDIO_VIDEO_COMBINED' : modality.toUpperCase();
  const truncated = truncatedCharLength === undefined ? {} : { truncatedCharLength };
  return { body: { embeddings: [{ embeddingType, embedding, ...truncated }] }, inputTokens };
}
