import { invalid } from '../errors.ts';
import { type Heard, hear } from '../speech/hear.ts';
import { unrecognised } from '../speech/utterances.ts';
import { readContainer } from '../video/container.ts';
import { type MediaModality, parseEmbeddingRequest } from './request.ts';
import { embedBytes, embedText } from './vectors.ts';

export interface EmbeddingAnswer {
  readonly body: Record<string, unknown>;
  readonly inputTokens: number;
}

/** Maximum seconds of sound or video. Amazon Nova user guide, "Using Amazon Nova embeddings". */
const mostSeconds = 30;
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
    const text = await spokenOrStated(bytes, request);
    const embedding = text ? embedText(text, request.dimension) : embedBytes(bytes, request.dimension);
    return answer(request.modality, embedding, mediaTokens);
  }
  const embedding = embedText(request.text, request.dimension);
  return answer('text', embedding, request.tokens, request.truncatedTo);
}

/** The words in sound and video: those that are recognised, and the scenes that a fixture states. */
async function spokenOrStated(
  bytes: Uint8Array,
  { modality, format }: { readonly modality: MediaModality; readonly format: string },
): Promise<string> {
  if (modality === 'image') return '';
  const video = modality === 'video' ? await readContainer(bytes, format) : undefined;
  // A video may be silent.
  const heard = await hear(bytes, 'en-US').catch(() => undefined);
  const seconds = Math.max(heard?.duration ?? 0, video?.duration ?? 0);
  if (seconds > mostSeconds) {
    throw invalid(`singleEmbeddingParams.${modality}: ${seconds} s; at most ${mostSeconds} s at once`);
  }
  const lines = [
    ...(video?.truth?.scenes ?? []).map(({ description }) => description),
    ...recognisedLines(heard),
  ];
  return lines.join(' ');
}

const recognisedLines = (heard: Heard | undefined) =>
  (heard?.lines ?? []).map(({ text }) => text).filter((text) => text !== unrecognised);

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
